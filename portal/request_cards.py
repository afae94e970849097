"""Requests as the pages show them: states, steps and dates in words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext

from consent.queries import names
from consent.queries.uses import Standing
from portal import rights_words as words
from portal.people import language
from profiles.queries.requests import Progress


class Request(Protocol):
    """What pages read of a stored request."""

    pk: UUID
    right: str
    state: str
    received_at: datetime
    due_strict: date

    @property
    def public_id(self) -> str: ...
    @property
    def is_open(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of requests."""

    id: str
    verb: str
    state: str
    tone: str
    received_at: datetime
    due: date | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what, where it stands, and the mark beside it."""

    what: str
    state: str
    tone: str
    mark: str
    rows: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Something an erasure left behind, and why."""

    what: str
    why: str
    until: str


@dataclass(frozen=True, slots=True)
class Detailed:
    """One request with its steps; `waits` says what it waits for, `refused` why not."""

    progress: Progress
    verb: str
    state: str
    tone: str
    about: str
    waits: str
    refused: str
    steps: tuple[Step, ...]
    kept: tuple[Kept, ...]
    recipients: tuple[str, ...]
    size: str


def listed(request: Request) -> Listed:
    """A stored request as a line."""
    return Listed(
        id=request.public_id,
        verb=str(words.WORDS[request.right].verb),
        state=str(words.STATES.get(request.state, request.state)),
        tone=words.TONES.get(request.state, "hold"),
        received_at=request.received_at,
        due=request.due_strict if request.is_open else None,
    )


def detailed(progress: Progress) -> Detailed:
    """The progress of a request in words."""
    certificate = progress.certificate or {}
    called = names.names()
    about = called.purpose(progress.purpose, language()) if progress.purpose else ""
    reason = progress.reason_code
    return Detailed(
        progress=progress,
        verb=str(words.WORDS[progress.right].verb),
        state=str(words.STATES.get(progress.state, progress.state)),
        tone=words.TONES.get(progress.state, "hold"),
        about=about,
        waits=str(words.WAITS.get(reason, "")) if progress.state == "reviewing" else "",
        refused=str(words.REFUSALS.get(reason, reason)) if progress.state == "refused" else "",
        steps=tuple(_step(step) for step in progress.steps),
        kept=tuple(_kept(certificate)),
        recipients=tuple(called.recipient(code) for code in certificate.get("recipients", [])),
        size=_size(progress.download.size) if progress.download else "",
    )


def _step(step: Any) -> Step:
    marks = {"done": "✓", "running": "●", "failed": "▲", "waiting": "○"}
    tones = {"done": "done", "failed": "stop", "waiting": "waiting"}
    if step.action in {"pack", "notify"}:
        what = str(words.ACTIONS[step.action])
    else:
        what = str(words.HOLDERS.get(step.holder, step.holder))
    if step.joined:
        what = gettext("A browser of yours: %(what)s") % {"what": what}
    return Step(
        what=what,
        state=str(words.STEP_STATES.get(step.state, step.state)),
        tone=tones.get(step.state, ""),
        mark=marks.get(step.state, "○"),
        rows=step.rows,
    )


def _kept(certificate: dict[str, Any]) -> list[Kept]:
    return [
        Kept(what=str(kept["what"]), why=str(kept["why"]), until=str(kept.get("until") or ""))
        for holder in certificate.get("holders", [])
        for kept in holder["kept"]
    ]


def _size(count: int) -> str:
    if count < 1_000_000:
        return gettext("%(n)d KB") % {"n": max(1, round(count / 1000))}
    return gettext("%(n).1f MB") % {"n": count / 1_000_000}


def objectionable(standing: Standing) -> list[tuple[str, str]]:
    """What can be objected to: advertising as a whole, and each legitimate interest."""
    found = [("", gettext("All advertising, and profiles made for it"))]
    found += [
        (use.code, use.wording.title if use.wording else use.name)
        for use in standing.uses
        if "legitimate_interest" in use.bases
    ]
    return found


def started(right: str, purpose: str, attribute: str) -> dict[str, str]:
    """What a form begins with when a page led to it."""
    begun = {"purpose": purpose}
    if right == "correction" and attribute:
        begun["text"] = f"{names.names().attribute(attribute, language())}: "
    return begun
