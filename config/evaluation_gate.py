"""The evaluation as a WSGI application: reads the request, answers, keeps connections sound."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.db import connection
from django.utils import timezone

from config import restore_gate
from consent.api.evaluation import PATH, Answer, refuse, respond, too_large
from consent.api.problems import Problem
from consent.api.strict_json import LONGEST_BODY

__all__ = ["PATH", "evaluate"]

_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def evaluate(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """One question, one answer (see `consent.api.evaluation`)."""
    answer = _answer(environ)
    headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
    start_response(_LINES[answer.status], headers)
    return [answer.body]


def _answer(environ: dict[str, Any]) -> Answer:
    request_id = environ.get("HTTP_X_REQUEST_ID", "")
    if environ["REQUEST_METHOD"] != "POST":
        return refuse(_wrong_method(), request_id)
    body = _body(environ)
    if body is None:
        return refuse(too_large(), request_id)
    _tend_connection()
    if restore_gate.gate.why_closed():
        return refuse(restore_gate.problem(), request_id)
    return respond(
        body=body,
        content_type=environ.get("CONTENT_TYPE", ""),
        authorization=environ.get("HTTP_AUTHORIZATION", ""),
        request_id=request_id,
        at=timezone.now(),
    )


def _tend_connection() -> None:
    """What Django does at the start of a request, whose signals nobody sends here."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _body(environ: dict[str, Any]) -> bytes | None:
    """The body; None where it is longer than anybody may send."""
    declared = environ.get("CONTENT_LENGTH") or ""
    length = int(declared) if declared.isdigit() else LONGEST_BODY + 1
    if declared.isdigit() and length > LONGEST_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    return body if len(body) <= LONGEST_BODY else None


def _wrong_method() -> Problem:
    return Problem(
        405,
        "METHOD_NOT_ALLOWED",
        "Questions are sent with POST.",
        fix="Send the question as the body of a POST.",
        headers={"Allow": "POST"},
    )
