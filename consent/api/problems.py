"""Problem details (RFC 9457): one shape for every refusal of the REST interface.

A problem says what is wrong, where, and what to do; it never repeats what was sent. `retry`
is `no`, `same_key` (send it again as it was) or `after:SECONDS`.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from django.conf import settings

CONTENT_TYPE = "application/problem+json"

# Every code a problem can carry, with its title; the documentation page lists them.
TITLES = {
    "TOKEN_MISSING": "An access token is needed",
    "TOKEN_INVALID": "The access token is not valid",
    "TOKEN_EXPIRED": "The access token has expired",
    "SCOPE_MISSING": "The access token does not allow this",
    "RECIPIENT_PAUSED": "This partner is paused",
    "RECIPIENT_UNKNOWN": "Unknown recipient",
    "INVALID_REQUEST": "The request is malformed",
    "INVALID_TIME": "The time does not fit",
    "BODY_TOO_LARGE": "The body is too large",
    "CONTENT_TYPE_UNSUPPORTED": "The content type is not supported",
    "NOT_ACCEPTABLE": "No representation fits the Accept header",
    "NOT_FOUND": "There is nothing here",
    "METHOD_NOT_ALLOWED": "The method is not allowed here",
    "RATE_LIMITED": "Too many requests",
    "IDEMPOTENCY_KEY_INVALID": "The idempotency key is malformed",
    "IDEMPOTENCY_KEY_REUSED": "The idempotency key was used for another request",
    "IDEMPOTENCY_IN_FLIGHT": "The first request with this idempotency key is still running",
    "SUBJECT_UNKNOWN": "No such person",
    "SUBJECT_ERASED": "This person was erased",
    "STATE_UNKNOWN": "Unknown state",
    "PURPOSE_MISSING": "A purpose is needed",
    "PURPOSE_UNKNOWN": "Unknown purpose",
    "CHANNEL_UNKNOWN": "Unknown channel",
    "CATEGORY_NOT_COVERED": "An attribute is not covered",
    "NOTICE_MISSING": "The notice that was shown is needed",
    "NOTICE_UNKNOWN": "Unknown notice",
    "NOTICE_NOT_LIVE": "The notice was not live",
    "LANGUAGE_NOT_SHOWN": "The notice does not exist in this language",
    "NO_STANDS": "A No that was said here stands",
    "LANGUAGE_UNKNOWN": "Unknown language",
    "NOTICE_NOT_SHOWABLE": "These words cannot be shown now",
    "PURPOSES_BUNDLED": "One answer for several purposes",
    "SNAPSHOT_MISSING": "The token of what was shown is needed",
    "SNAPSHOT_INVALID": "The token of what was shown is not ours",
    "SNAPSHOT_EXPIRED": "The token of what was shown has expired",
    "SNAPSHOT_NOT_YOURS": "The token was made for somebody else",
    "SNAPSHOT_OTHER_WORDS": "The token is for other words",
    "COMPONENT_UNKNOWN": "Unknown component",
    "COMPONENT_UNFAIR": "No and Yes were not equally prominent",
    "COMPONENT_UNATTESTED": "Nobody measured the control",
    "STALE_EPOCH": "The state has changed meanwhile",
    "STRING_MALFORMED": "The consent string cannot be read",
    "CONFIRMATION_NEEDED": "A second step is needed",
    "JOIN_WITH_ITSELF": "A record cannot be joined with itself",
    "JOIN_KIND_UNKNOWN": "Unknown kind of join",
    "JOIN_TOO_LARGE": "Too many joined records",
    "JOIN_CHANGED": "The table of the join has changed",
    "JOIN_UNKNOWN": "No such join",
    "EVIDENCE_MISSING": "Evidence is needed",
    "LEVEL_UNKNOWN": "Unknown level",
    "CAP_UNKNOWN": "Unknown frequency",
    "PURPOSE_NOT_YOURS": "This partner is not bound to the purpose",
    "RECEIPT_UNKNOWN": "No such receipt",
    "FIRST_PARTY_ONLY": "Only systems of the controller may do this",
    "ASK_UNKNOWN": "No such question",
    "CURSOR_EXPIRED": "The cursor is too old",
    "TICKET_UNKNOWN": "No such ticket",
    "REQUEST_UNKNOWN": "No such request",
    "REQUEST_REFUSED": "The request cannot be opened",
    "RIGHT_UNKNOWN": "Unknown right",
    "REQUEST_STATE": "The request does not allow this now",
    "NOT_YET_SEALED": "The log has not sealed this entry yet",
    "LOG_EMPTY": "The log has no signed head yet",
    "SERVICE_UNAVAILABLE": "The service cannot do this now",
    "INTERNAL_ERROR": "Something went wrong on our side",
}


class Fault(NamedTuple):
    """One member of the request that is at fault: an RFC 6901 pointer and what is wrong."""

    pointer: str
    detail: str
    code: str = "INVALID_REQUEST"


class Problem(Exception):
    """A refusal on its way out: becomes an answer in `config.problems` or on the hot path."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        fix: str = "",
        errors: Sequence[Fault] = (),
        retry: str = "no",
        headers: dict[str, str] | None = None,
        missing_scopes: Sequence[str] = (),
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.fix = fix
        self.errors = tuple(errors)
        self.retry = retry
        self.headers = headers or {}
        self.missing_scopes = tuple(missing_scopes)
        # Extension members (RFC 9457, section 3.2).
        self.more = dict(more or {})


def malformed(
    pointer: str, detail: str, *, fix: str = "", code: str = "INVALID_REQUEST"
) -> Problem:
    """400 for one member of the body or the query."""
    return Problem(400, code, detail, fix=fix, errors=[Fault(pointer, detail, code)])


def members(problem: Problem, *, request_id: str) -> dict[str, Any]:
    """The members of the answer's body."""
    shown: dict[str, Any] = {
        "type": f"{settings.BASE_URL}/docs#{problem.code}",
        "title": TITLES.get(problem.code) or HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        # Because paths carry ids of people, the request names the occurrence instead.
        "instance": f"urn:sayso:request:{request_id}",
        "code": problem.code,
        "errors": [fault._asdict() for fault in problem.errors],
        "fix": problem.fix,
        "request_id": request_id,
        "retry": problem.retry,
    }
    if problem.missing_scopes:
        shown["missing_scopes"] = list(problem.missing_scopes)
    return problem.more | shown


def encoded(problem: Problem, *, request_id: str) -> bytes:
    """The body of the answer as UTF-8 JSON."""
    return json.dumps(members(problem, request_id=request_id), ensure_ascii=False).encode()
