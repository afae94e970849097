"""Requests as officers see them: no name, no address, only what the clock and the state say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from consent.queries.identifiers import pairwise_id
from console import sentences
from console.deadlines import SOON, Remaining, remaining
from profiles import rights
from profiles.queries import requests
from profiles.queries.requests import InboxFilters

if TYPE_CHECKING:
    from profiles.models import Request

PAGE = 50
AS_SEEN_BY = "console"


@dataclass(frozen=True, slots=True)
class Card:
    """One line of the inbox; `person` is a pseudonym that only this console uses."""

    reference: str
    right: str
    state: str
    state_code: str
    person: str
    received_at: datetime
    due_strict: date
    due_latest: date
    age: int
    clock: Remaining | None
    done: int
    total: int
    why: str
    proposed: bool


def today(at: datetime) -> date:
    """The day of the controller's calendar."""
    return at.astimezone(ZoneInfo(settings.CONTROLLER_TIME_ZONE)).date()


def filters_of(used: Mapping[str, Any], *, on: date) -> InboxFilters:
    """The filters of a valid form."""
    state, clock = used.get("state", ""), used.get("clock", "")
    states = rights.STATES if state == "all" else (state,) if state else sorted(rights.OPEN)
    return InboxFilters(
        states=tuple(states),
        right=used.get("right", ""),
        due_by=on + timedelta(days=SOON) if clock == "soon" else None,
        overdue_on=on if clock == "overdue" else None,
        for_a_person=clock == "officer",
    )


def page(
    *, filters: InboxFilters, after: str = "", on: date, limit: int = PAGE
) -> tuple[list[Card], str]:
    """The nearest due date first; and where the next page begins, empty at the end."""
    found = requests.inbox(filters=filters, after=_place(after), limit=limit + 1)
    shown = found[:limit]
    following = f"{shown[-1].due_strict}_{shown[-1].pk}" if len(found) > limit else ""
    return [card_of(request, on=on) for request in shown], following


def card_of(request: "Request", *, on: date) -> Card:
    """A request as a line."""
    received = today(request.received_at)
    clock = None
    if request.is_open:
        clock = remaining(
            received=received, strict=request.due_strict, latest=request.due_latest, today=on
        )
    return Card(
        reference=request.public_id,
        right=sentences.right(request.right),
        state=sentences.state(request.state),
        state_code=request.state,
        person=person_of(request.subject_id),
        received_at=request.received_at,
        due_strict=request.due_strict,
        due_latest=request.due_latest,
        age=(on - received).days,
        clock=clock,
        done=getattr(request, "steps_done", 0),
        total=getattr(request, "steps_total", 0),
        why=sentences.why(request.reason_code),
        proposed=request.is_open and bool(request.prepared_by),
    )


def person_of(subject_id: UUID) -> str:
    """The pseudonym of a person on these pages; partners know the person by others."""
    return pairwise_id(recipient=AS_SEEN_BY, subject_id=subject_id)


def _place(after: str) -> tuple[date, UUID] | None:
    due, _between, request_id = after.partition("_")
    try:
        return date.fromisoformat(due), UUID(request_id)
    except ValueError:
        return None
