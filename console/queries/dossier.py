"""One request with all that an officer needs to answer it, and what may be done with it now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from console import sentences
from console.queries.inbox import Card, card_of
from console.sentences import Names
from profiles import rights
from profiles.queries import requests

if TYPE_CHECKING:
    from profiles.models import Request

TAKEN = "request.taken"
PREPARED = "request.refusal_prepared"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `entry` is its entry in the log."""

    at: datetime
    words: str
    why: str
    by: str
    entry: UUID


@dataclass(frozen=True, slots=True)
class Dossier:
    """A request as its page shows it. `may` names what this officer may do now."""

    card: Card
    progress: requests.Progress
    note: str | None
    proposal: requests.Answer | None
    refusal: str
    owner: str
    lines: tuple[Line, ...]
    may: frozenset[str]
    jurisdictions: tuple[str, ...]
    clock: str
    certificate: dict[str, Any] | None
    certified_in: UUID | None


def dossier(request: "Request", *, officer: UUID, words: Names, on: date) -> Dossier:
    """One request; `may` holds take, verify, complete, propose, approve, resume."""
    history = requests.history(request)
    proposed = request.is_open and bool(request.prepared_by)
    lines = tuple(
        Line(
            at=event.at,
            words=sentences.step_words(event.kind),
            why=sentences.why(event.reason_code),
            by=who_acted(event.by, officer, words),
            entry=event.log_event,
        )
        for event in history
    )
    owner = next((event.by for event in reversed(history) if event.kind == TAKEN), "")
    ended = [event.log_event for event in history if event.kind == "request.complete"]
    return Dossier(
        card=card_of(request, on=on),
        progress=requests.progress(request),
        note=requests.note(request),
        proposal=requests.answer(request) if proposed else None,
        refusal=sentences.why(request.reason_code) if proposed else "",
        owner=who_acted(owner, officer, words) if owner else "",
        lines=lines,
        may=_may(request, officer, owner),
        jurisdictions=tuple(request.jurisdictions),
        clock=request.clock,
        certificate=request.certificate,
        certified_in=ended[-1] if ended and request.certificate else None,
    )


def _may(request: "Request", officer: UUID, owner: str) -> frozenset[str]:
    if not request.is_open:
        return frozenset()
    allowed = set()
    if owner != str(officer):
        allowed.add("take")
    if request.state == rights.VERIFYING:
        allowed.add("verify")
    if request.state == rights.REVIEWING:
        allowed.add("complete" if request.right in rights.BY_OFFICER else "resume")
    if rights.REFUSED in rights.TRANSITIONS[request.state]:
        allowed.add("propose")
        if request.prepared_by and request.prepared_by != str(officer):
            allowed.add("approve")
    return frozenset(allowed)


def who_acted(by: str, officer: UUID, words: Names) -> str:
    """Who did something, in words: `by` as it is kept with requests and joins."""
    if by == str(officer):
        return _("you")
    if by in words.recipients:
        return words.recipients[by]
    named = {
        "portal": _("the person, in the portal"),
        "worker": _("the service"),
        "erasure": _("the service"),
    }
    return named.get(by) or _("another officer")
