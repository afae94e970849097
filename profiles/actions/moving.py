"""Moving a request from state to state: the table of transitions, the history, the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from audit import actions as audit
from profiles import rights
from profiles.errors import RequestUnknown
from profiles.models import Request, RequestEvent


def lock(request_id: UUID) -> Request:
    """The request row, locked until the transaction ends. Raises RequestUnknown."""
    request = Request.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise RequestUnknown
    return request


def move(
    request: Request,
    wanted: str,
    *,
    by: str,
    at: datetime,
    reason_code: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Take a locked request to `wanted`, in the history and in the log; saves the request.

    Raises rights.IllegalTransition.
    """
    rights.check_transition(right=request.right, state=request.state, wanted=wanted)
    request.state = wanted
    request.reason_code = reason_code
    if wanted in rights.FINAL:
        request.finished_at = at
    request.save()
    note(request, kind=f"request.{wanted}", by=by, at=at, reason_code=reason_code, facts=facts)


def note(
    request: Request,
    *,
    kind: str,
    by: str,
    at: datetime,
    reason_code: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Put something that happened to a request into its history and into the log.

    The log entry carries no tag of the person: a request outlives the key that makes tags,
    and must not tell afterwards which tags were this person's.
    """
    logged = {"request": request.public_id, "right": request.right, "by": by}
    if reason_code:
        logged["reason"] = reason_code
    log_event = audit.append(kind=kind, at=at, facts=logged | (facts or {}))
    RequestEvent.objects.create(
        request=request,
        at=at,
        kind=kind,
        state=request.state,
        by=by,
        reason_code=reason_code,
        log_event=log_event,
    )
