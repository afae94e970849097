"""The OpenAPI 3.1 document, generated from the views, and the page that shows it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView

from config import reference
from consent.api.problems import CONTENT_TYPE, TITLES

SCHEME = "partner"
_METHODS = ("get", "put", "post", "patch", "delete")


class PartnerScheme(OpenApiAuthenticationExtension):
    """Client credentials, with the scopes that a view names."""

    target_class = "consent.api.authentication.PartnerAuthentication"
    name = SCHEME

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Where tokens come from."""
        from_views = {"tokenUrl": "/oauth/token", "scopes": dict(reference.scopes())}
        return {"type": "oauth2", "flows": {"clientCredentials": from_views}}

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[str]]]:
        """One requirement per scope, because any one of them is enough."""
        wanted = getattr(auto_schema.view, "required_scopes", {}).get(auto_schema.method, [])
        return [{SCHEME: [scope]} for scope in wanted]


class OpenApiView(SpectacularAPIView):
    """GET /v1/openapi.json."""

    renderer_classes = [OpenApiJsonRenderer2]
    throttle_classes = ()


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Adds what no view can say: the token call, and the problems every call can answer with."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _problem_schema()
    for path, operations in result["paths"].items():
        for method in _METHODS:
            if method in operations:
                _add_problems(path, operations[method])
    result["paths"]["/oauth/token"] = {"post": _token_operation()}
    evaluation = result["paths"]["/access/v1/evaluation"]["post"]
    evaluation["security"] = [{SCHEME: ["decide"]}]
    schemes = result["components"].setdefault("securitySchemes", {})
    # Because authorised agents get their token by a signature, not by client credentials.
    schemes["agent"] = {"type": "http", "scheme": "bearer"}
    result["paths"] = dict(sorted(result["paths"].items()))
    return result


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    fault = {
        "type": "object",
        "properties": {"pointer": text, "detail": text, "code": text},
        "required": ["pointer", "detail", "code"],
    }
    members: dict[str, Any] = {
        "type": {"type": "string", "format": "uri"},
        "title": text,
        "status": {"type": "integer"},
        "detail": text,
        "instance": text,
        "code": {"type": "string", "enum": sorted(TITLES)},
        "errors": {"type": "array", "items": fault},
        "fix": text,
        "request_id": text,
        "retry": {"type": "string", "description": "no, same_key or after:SECONDS"},
    }
    return {"type": "object", "properties": members, "required": list(members)}


def _add_problems(path: str, operation: dict[str, Any]) -> None:
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation.setdefault("responses", {})["default"] = {
        "description": "A problem (RFC 9457): what is wrong, where, and what to do.",
        "content": content,
    }


def _token_operation() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "operationId": "token",
        "tags": ["Tokens"],
        "summary": "Get an access token",
        "description": "Client credentials (RFC 6749, 4.4); the client signs in with HTTP Basic "
        "or with client_id and client_secret in the body. No scope named: all the client has.",
        "security": [],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "grant_type": {"const": "client_credentials"},
                            "scope": text,
                            "client_id": text,
                            "client_secret": text,
                        },
                        "required": ["grant_type"],
                    }
                }
            },
        },
        "responses": {
            "200": {
                "description": "A Bearer token for at most ten minutes.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "access_token": text,
                                "token_type": {"const": "Bearer"},
                                "expires_in": {"type": "integer"},
                                "scope": text,
                            },
                            "required": ["access_token", "token_type", "expires_in", "scope"],
                        }
                    }
                },
            },
            "default": {
                "description": "RFC 6749, section 5.2.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {"error": text, "error_description": text},
                            "required": ["error"],
                        }
                    }
                },
            },
        },
    }


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The document as a page, without a line of script."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return render(request, "docs/reference.html", reference.page_of(document))
