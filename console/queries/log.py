"""The log as officers read it: rows with a sentence each, page by page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language

from audit import queries as audit
from audit.queries import Filters, LoggedEvent
from consent.queries import names as consent_names
from console.sentences import Names, outcome_of, sentence

PAGE = 50
OUTCOMES = {"allowed": "permit", "refused": "deny"}


@dataclass(frozen=True, slots=True)
class OfficerFilters(Filters):
    """Also finds entries by the reason code of a decision, and none before `newer_than`.

    Identifiers begin with their time, so that a bound on them ends the search in the index.
    """

    reason: str = ""
    newer_than: UUID | None = None

    def conditions(self) -> tuple[list[str], list[Any]]:
        """A body is canonical, so that a code has exactly one form in it."""
        texts, values = Filters.conditions(self)
        if self.reason:
            texts = [*texts, "position(%s::bytea IN e.body) > 0"]
            values = [*values, f'"reason":"{self.reason}"'.encode()]
        if self.newer_than is not None:
            texts, values = [*texts, "e.id > %s"], [*values, self.newer_than]
        return texts, values


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: its sentence, its outcome (allowed, refused, recorded), its place if it has one.

    `damaged`: the stored bytes are none of ours.
    """

    id: UUID
    at: datetime
    kind: str
    sentence: str
    outcome: str
    reason: str
    reason_text: str
    index: int | None
    tag: str
    facts: Mapping[str, Any]
    damaged: bool


def filters_of(used: Mapping[str, Any]) -> OfficerFilters:
    """The filters of a valid form, its days taken in the controller's time zone."""
    return OfficerFilters(
        kind=used.get("kind", ""),
        outcome=OUTCOMES.get(used.get("outcome", ""), ""),
        purpose=used.get("purpose", ""),
        recipient=used.get("recipient", ""),
        reason=used.get("reason", ""),
        since=_midnight(used["since"]) if "since" in used else None,
        until=_midnight(used["until"] + timedelta(days=1)) if "until" in used else None,
    )


def page(
    *, filters: Filters, after: UUID | None, words: Names, limit: int = PAGE
) -> tuple[list[Row], UUID | None]:
    """The latest first; and the id after which the older ones follow, or None at the end."""
    found = audit.events(filters=filters, after=after, limit=limit + 1)
    rows = [row_of(event, words) for event in found[:limit]]
    return rows, rows[-1].id if len(found) > limit else None


def every(*, filters: Filters, at_once: int = 500) -> Iterator[LoggedEvent]:
    """All that match, latest first, in constant memory."""
    after: UUID | None = None
    while found := audit.events(filters=filters, after=after, limit=at_once):
        yield from found
        if len(found) < at_once:
            return
        after = found[-1].id


def row_of(event: LoggedEvent, words: Names) -> Row:
    """An entry as a row; a reason code is explained in the reader's language."""
    reason = str(event.facts.get("reason", "")) if event.kind.startswith("decision.") else ""
    language = get_language() or consent_names.FALLBACK
    return Row(
        id=event.id,
        at=event.at,
        kind=event.kind,
        sentence=sentence(event.kind, event.facts, words),
        outcome=outcome_of(event.kind),
        reason=reason,
        reason_text=consent_names.reason(reason, language) if reason else "",
        index=event.index,
        tag=event.tag.hex() if event.tag else "",
        facts=event.facts,
        damaged=bool(event.facts.get("damaged")),
    )


def first_of(at: datetime) -> UUID:
    """The smallest identifier (UUIDv7, RFC 9562) that an entry of this time can have."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def time_of(identifier: UUID) -> datetime:
    """The time that a UUIDv7 begins with; raises ValueError where it is none of this era."""
    try:
        return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("This identifier holds no time.") from error


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.CONTROLLER_TIME_ZONE))
