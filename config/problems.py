"""Whatever goes wrong on the REST interface leaves as problem details (RFC 9457)."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from psycopg import Error as DriverError
from rest_framework import exceptions
from rest_framework.views import set_rollback

from consent.api import problems
from consent.api.problems import Fault, Problem
from consent.errors import ConsentRefused, StaleEpoch, SubjectErased, SubjectUnknown
from keys.errors import KeyDestroyed, KeyProblem, KeyUnknown
from portal.views import errors as pages
from profiles.errors import NotPossibleNow, RequestUnknown

logger = logging.getLogger(__name__)

# What partners call; everything else is for browsers and gets a page.
MACHINE_PATHS = ("/v1/", "/access/", "/oauth/", "/.well-known/")
RETRY_SECONDS = 5
_STATUS_OF = {
    StaleEpoch: 409,
    SubjectUnknown: 404,
    SubjectErased: 410,
    RequestUnknown: 404,
    NotPossibleNow: 409,
}
_CODE_OF = {
    400: "INVALID_REQUEST",
    401: "TOKEN_INVALID",
    403: "SCOPE_MISSING",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    413: "BODY_TOO_LARGE",
    415: "CONTENT_TYPE_UNSUPPORTED",
    429: "RATE_LIMITED",
}
_FIXES = {
    400: "Correct the members that errors points at; GET /v1/openapi.json has the schema.",
    404: "Check the path against GET /v1/openapi.json.",
    405: "Use a method that Allow names.",
    413: "Send fewer items at a time.",
    406: "Send Accept: application/json, or leave it out.",
    415: "Send Content-Type: application/json.",
}


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """The exception handler of Django REST Framework."""
    request = context["request"]._request
    set_rollback()
    return answer(problem_of(error), request)


def answer(problem: Problem, request: HttpRequest) -> HttpResponse:
    """A problem as the HTTP answer to `request`."""
    request_id = getattr(request, "id", None) or uuid4().hex
    response = HttpResponse(
        problems.encoded(problem, request_id=request_id),
        status=problem.status,
        content_type=problems.CONTENT_TYPE,
        headers=problem.headers,
    )
    response["Cache-Control"] = "no-store"
    return response


def problem_of(error: Exception) -> Problem:
    """What to tell the caller about an exception; anything unforeseen is a 500."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ConsentRefused):
        return _of_consent(error)
    if isinstance(error, KeyUnknown | KeyDestroyed):
        return _of_consent(SubjectErased())
    if isinstance(error, DatabaseError | DriverError | KeyProblem):
        return _unavailable(error)
    if isinstance(error, Http404):
        return _plain(404, "There is nothing under this address.")
    if isinstance(error, RequestDataTooBig):
        return _plain(413, "The body is longer than 1 MiB.")
    if isinstance(error, SuspiciousOperation):
        return _plain(400, "The request is malformed.")
    if isinstance(error, PermissionDenied):
        return _plain(403, "This is not allowed.")
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    logger.error("A request failed.", exc_info=error)
    return unexpected()


def _of_consent(error: ConsentRefused) -> Problem:
    faults = [Fault(error.pointer, error.detail, error.code)] if error.pointer else []
    status = next((code for kind, code in _STATUS_OF.items() if isinstance(error, kind)), 422)
    return Problem(status, error.code, error.detail, fix=error.fix, errors=faults)


def _unavailable(error: Exception) -> Problem:
    logger.error("A store is out of reach (%s).", type(error).__name__)
    return Problem(
        503,
        "SERVICE_UNAVAILABLE",
        "A store that this call needs is out of reach; nothing was changed.",
        fix="Send the request again later, with the same Idempotency-Key if it had one.",
        retry=f"after:{RETRY_SECONDS}",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def unexpected() -> Problem:
    """500: our fault, nothing was changed."""
    return Problem(
        500,
        "INTERNAL_ERROR",
        "The request failed on our side; nothing was changed.",
        fix="Send it again; tell us its request_id if this goes on.",
        retry="same_key",
    )


def _plain(status: int, detail: str) -> Problem:
    return Problem(status, _CODE_OF[status], detail, fix=_FIXES.get(status, ""))


def _of_framework(error: exceptions.APIException) -> Problem:
    """Exceptions of the framework, and views' own with `code`, `fix`, `retry` and `headers`."""
    status = error.status_code
    details = error.get_full_details()
    headers = dict(getattr(error, "headers", {}))
    if isinstance(error, exceptions.ValidationError):
        faults = list(_faults(details, ""))
        return Problem(
            status, "INVALID_REQUEST", "Some members are wrong.", fix=_FIXES[400], errors=faults
        )
    detail = str(error.detail)
    if isinstance(error, exceptions.MethodNotAllowed | exceptions.UnsupportedMediaType):
        # Because the framework's sentences repeat what was sent.
        detail = (
            str(type(error).default_detail)
            .replace(' "{method}"', "")
            .replace(' "{media_type}"', "")
        )
    return Problem(
        status,
        getattr(error, "code", "") or _CODE_OF.get(status, "INTERNAL_ERROR"),
        detail,
        fix=getattr(error, "fix", "") or _FIXES.get(status, ""),
        retry=getattr(error, "retry", "no"),
        headers=headers,
    )


def _faults(details: Any, pointer: str) -> Iterator[Fault]:
    """Walks a serializer's errors; messages name rules, and values only where we wrote them."""
    if isinstance(details, dict) and "message" in details and "code" in details:
        yield Fault(pointer, _without_values(details), "INVALID_REQUEST")
    elif isinstance(details, dict):
        for name, inner in details.items():
            child = pointer if name == "non_field_errors" else f"{pointer}/{_escaped(str(name))}"
            yield from _faults(inner, child)
    elif isinstance(details, list):
        for index, inner in enumerate(details):
            leaf = isinstance(inner, dict) and "message" in inner and "code" in inner
            yield from _faults(inner, pointer if leaf else f"{pointer}/{index}")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _without_values(details: Mapping[str, Any]) -> str:
    # Because the message of a wrong choice quotes the choice.
    if details["code"] == "invalid_choice":
        return "This is not one of the allowed values."
    return str(details["message"])


def _is_for_machines(request: HttpRequest) -> bool:
    return request.path.startswith(MACHINE_PATHS)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 that no view saw."""
    if _is_for_machines(request):
        return answer(problem_of(exception), request)
    return pages.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 that no view answered."""
    if _is_for_machines(request):
        return answer(_plain(403, "This is not allowed."), request)
    return pages.forbidden(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 where no address fits."""
    if _is_for_machines(request):
        return answer(problem_of(Http404()), request)
    return pages.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 that no view caught."""
    if _is_for_machines(request):
        return answer(unexpected(), request)
    return pages.failed(request)
