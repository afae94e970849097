"""POST /oauth/token: client credentials (RFC 6749, section 4.4), nothing else.

No token is stored: it proves itself (see `consent.api.tokens`).
"""

import json
import logging
from typing import Any

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views.mixins import OAuthLibMixin

from consent.models import Application

logger = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"


class ClientValidator(OAuth2Validator):
    """Which client may have which scopes: those its row lists, all of them when none is named."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """By the Authorization header or by the body, never by both (RFC 6749, section 2.3)."""
        if request.headers.get("HTTP_AUTHORIZATION"):
            return bool(self._authenticate_basic_auth(request))
        return bool(self._authenticate_request_body(request))

    def _load_application(self, client_id: str | None, request: Any) -> Any:
        # Because the database refuses NUL with an error of its own.
        if client_id is None or "\x00" in client_id:
            return None
        return super()._load_application(client_id, request)

    def validate_scopes(
        self,
        client_id: str,
        scopes: list[str],
        client: Any,
        request: Any,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """Whether the client was given every scope asked for."""
        return set(scopes) <= set(request.client.scopes)

    def get_default_scopes(
        self, client_id: str, request: Any, *args: Any, **kwargs: Any
    ) -> list[str]:
        """No scope named: all that the client has."""
        return list(request.client.scopes)

    def validate_grant_type(
        self,
        client_id: str,
        grant_type: str,
        client: Any,
        request: Any,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """Only confidential clients, only with their own credentials."""
        if request.client.client_type != Application.CLIENT_CONFIDENTIAL:
            return False
        if grant_type != Application.GRANT_CLIENT_CREDENTIALS.replace("-", "_"):
            return False
        allowed = super().validate_grant_type(
            client_id, grant_type, client, request, *args, **kwargs
        )
        return bool(allowed)

    def save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        """Keeps nothing: the token is signed and needs no row."""


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters("client_secret"), name="dispatch")
class TokenView(OAuthLibMixin, View):
    """Issues access tokens; errors have the form of RFC 6749, section 5.2."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """200 with a Bearer token, 400 or 401 with `error` and `error_description`."""
        if request.content_type != FORM:
            return _refused(f"The body must be {FORM}.")
        if not request.POST.get("grant_type"):
            return _refused("grant_type is missing; send client_credentials.")
        try:
            _url, headers, body, status = self.create_token_response(request)
        except DatabaseError as error:
            logger.error("The clients cannot be read (%s).", type(error).__name__)
            return _unavailable()
        response = HttpResponse(body, status=status, content_type="application/json")
        for name, value in headers.items():
            response[name] = value
        return response


def _unavailable() -> HttpResponse:
    answer = {
        "error": "temporarily_unavailable",
        "error_description": "The service cannot check clients now; try again later.",
    }
    return HttpResponse(
        json.dumps(answer),
        status=503,
        content_type="application/json",
        headers={"Retry-After": "5"},
    )


def _refused(description: str) -> HttpResponse:
    answer = {"error": "invalid_request", "error_description": description}
    return HttpResponse(json.dumps(answer), status=400, content_type="application/json")
