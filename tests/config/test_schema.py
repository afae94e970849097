"""The OpenAPI document: valid, complete, and its examples work."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.cast import ada, catalogue
from tests.partners import Partner, call, nothing_remembered, shop_app

__all__ = ["ada", "catalogue", "nothing_remembered", "shop_app"]
pytestmark = pytest.mark.django_db
METHODS = ("get", "put", "post", "patch", "delete")
WITHOUT_TOKEN = {
    "/oauth/token",
    "/.well-known/authzen-configuration",
    "/.well-known/jwks.json",
    # Its POST is signed instead.
    "/v1/agent/{agent_id}",
}
BY_BROWSERS = {"/v1/openapi.json"}


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    """The document as it is served."""
    answer = call("GET", "/v1/openapi.json")
    assert answer.status_code == 200
    assert "json" in answer["Content-Type"]
    return dict(json.loads(answer.content))


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    validate(document)

    assert document["openapi"].startswith("3.1")


def test_no_address_is_left_out(document: dict[str, Any]) -> None:
    def addresses(patterns: list[Any], before: str = "/") -> list[str]:
        found = []
        for entry in patterns:
            path = before + str(entry.pattern)
            if isinstance(entry, URLResolver):
                found += addresses(entry.url_patterns, path)
            elif isinstance(entry, URLPattern):
                found.append(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path))
        return found

    machine = ("/v1/", "/access/", "/oauth/", "/.well-known/authzen", "/.well-known/jwks")
    served = {path for path in addresses(get_resolver().url_patterns) if path.startswith(machine)}

    assert served - BY_BROWSERS == set(document["paths"])


def test_every_call_says_what_it_needs_and_how_it_fails(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method not in methods:
                continue
            call_ = methods[method]
            assert "default" in call_["responses"], path
            assert call_["summary"] and call_["operationId"] and call_["tags"], path
            assert call_.get("security") or path in WITHOUT_TOKEN, path


def test_the_examples_work_and_answers_fit_their_schemas(
    document: dict[str, Any], shop_app: Partner, ada: UUID
) -> None:
    person = shop_app.id_of(ada)
    run = 0
    for path, methods in document["paths"].items():
        for method in METHODS:
            content = methods.get(method, {}).get("requestBody", {}).get("content", {})
            for example in content.get("application/json", {}).get("examples", {}).values():
                body = json.loads(json.dumps(example["value"]).replace("{subject}", person))
                answer = shop_app.send(method.upper(), path.replace("{subject}", person), body)
                check_fits(document, path, method, answer)
                run += 1
    assert run >= 6


def test_reads_fit_their_schemas(document: dict[str, Any], shop_app: Partner, ada: UUID) -> None:
    person = shop_app.id_of(ada)
    opened = shop_app.post("/v1/requests", {"subject": person, "right": "copy"}).json()["id"]
    wanted = "?purpose=recommendations&attributes=age_band,purchases,phone"
    for path, query in (
        ("/v1/subjects/{subject}/consents", ""),
        ("/v1/subjects/{subject}/attributes", wanted),
        ("/v1/requests/{request_id}", ""),
        ("/v1/purposes", ""),
        ("/v1/recommendations", f"?subject={person}"),
        ("/.well-known/authzen-configuration", ""),
    ):
        filled = path.replace("{subject}", person).replace("{request_id}", opened)
        check_fits(document, path, "get", shop_app.get(filled + query))


def check_fits(document: dict[str, Any], path: str, method: str, answer: Any) -> None:
    """The answer has a status of the document and the schema of that status."""
    answers = document["paths"][path][method]["responses"]
    assert str(answer.status_code) in answers, (path, answer.content)
    schema = answers[str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator(schema | {"components": document["components"]}).validate(answer.json())


def test_the_page_shows_every_call_without_a_line_of_script(document: dict[str, Any]) -> None:
    answer = call("GET", "/docs")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<script" not in page and "style=" not in page and "onclick" not in page
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                assert f'id="{methods[method]["operationId"]}"' in page
                assert path in page
