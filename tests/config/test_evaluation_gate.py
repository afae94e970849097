"""The evaluation ahead of Django: the same answers, and sound connections."""

import io
import json
from typing import Any
from uuid import UUID

import pytest

from config.wsgi import application
from consent.api.strict_json import LONGEST_BODY
from tests.cast import ada, catalogue
from tests.partners import EVALUATION, Partner, nothing_remembered, question, shop_app

__all__ = ["ada", "catalogue", "nothing_remembered", "shop_app"]
pytestmark = pytest.mark.django_db


def ahead(partner: Partner, body: bytes, **environ: Any) -> tuple[str, dict[str, str], bytes]:
    """Status line, header fields and body of a call through the WSGI application."""
    given: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": EVALUATION,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Bearer {partner.token}",
        "wsgi.input": io.BytesIO(body),
    }
    seen: list[Any] = []
    sent = b"".join(application(given | environ, lambda *answer: seen.extend(answer)))
    return seen[0], dict(seen[1]), sent


def test_the_answer_is_that_of_the_view(shop_app: Partner, ada: UUID) -> None:
    body = json.dumps(question(shop_app.id_of(ada))).encode()

    line, headers, sent = ahead(shop_app, body, HTTP_X_REQUEST_ID="a-request-1")
    view = shop_app.post(EVALUATION, body)

    assert line == "200 OK"
    assert headers["X-Request-ID"] == "a-request-1"
    assert headers["Content-Length"] == str(len(sent))
    ours, theirs = json.loads(sent), view.json()
    for varying in ("id", "why", "event", "as_of", "valid_until"):
        assert ours["context"].pop(varying) and theirs["context"].pop(varying)
    assert ours == theirs
    compared = {"Content-Type", "Cache-Control", "X-Content-Type-Options", "RateLimit-Policy"}
    assert {name: headers[name] for name in compared} == {name: view[name] for name in compared}


@pytest.mark.parametrize(
    ("environ", "line", "code"),
    [
        ({"REQUEST_METHOD": "GET"}, "405 Method Not Allowed", "METHOD_NOT_ALLOWED"),
        ({"HTTP_AUTHORIZATION": ""}, "401 Unauthorized", "TOKEN_MISSING"),
        ({"CONTENT_TYPE": "text/plain"}, "400 Bad Request", "CONTENT_TYPE_UNSUPPORTED"),
        ({"CONTENT_LENGTH": "1048577"}, "413 Request Entity Too Large", "BODY_TOO_LARGE"),
        (
            {"CONTENT_LENGTH": "", "wsgi.input": io.BytesIO(b"a" * (LONGEST_BODY + 1))},
            "413 Request Entity Too Large",
            "BODY_TOO_LARGE",
        ),
        ({"CONTENT_LENGTH": "nonsense"}, "400 Bad Request", "INVALID_REQUEST"),
    ],
)
def test_what_is_refused_is_a_problem(
    shop_app: Partner, environ: dict[str, Any], line: str, code: str
) -> None:
    answered, headers, sent = ahead(shop_app, b"{}", **environ)

    assert answered == line
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(sent)["code"] == code


def test_everything_else_goes_to_django(shop_app: Partner) -> None:
    line, _headers, sent = ahead(
        shop_app,
        b"",
        PATH_INFO="/healthz",
        REQUEST_METHOD="GET",
        SERVER_NAME="testserver",
        SERVER_PORT="80",
    )

    assert line == "200 OK" and json.loads(sent) == {"status": "up"}
