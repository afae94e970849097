"""The entries of the log that are about one person, as lines."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit import queries as log
from audit.queries import LoggedEvent
from keys import queries as keys
from keys.errors import KeyProblem
from portal import times
from portal.activity.lines import MONTHS, PAGE, Day, Line, Page
from portal.activity.said import said
from portal.activity.used import decision, use


def tags_of(subject_id: UUID, *, at: datetime) -> list[bytes]:
    """The person's tags in the log, for this month and the eleven before."""
    tags = []
    year, month = at.year, at.month
    for _step in range(MONTHS):
        try:
            tags.append(keys.subject_tag(subject_id, at=datetime(year, month, 1, tzinfo=UTC)))
        except KeyProblem:
            return tags
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return tags


def page(
    *, subject_id: UUID, language: str, at: datetime, show: str = "all", after: UUID | None = None
) -> Page:
    """A page of a person's activity; `show` is one of KINDS."""
    tags = tags_of(subject_id, at=at)
    kind = {"uses": "", "blocked": "decision.deny", "choices": "consent"}.get(show, "")
    found = log.events_for_tags(tags, kind=kind, after=after, limit=PAGE) if tags else []
    lines = _grouped(_shown(found, show), language)
    more = found[-1].id if len(found) == PAGE else None
    return Page(days=tuple(_days(lines)), after=more)


def is_mine(event: LoggedEvent, *, subject_id: UUID, at: datetime) -> bool:
    """Whether an entry of the log is about this person."""
    return log.is_about(event, tags_of(subject_id, at=at))


def latest_use(*, subject_id: UUID, language: str, at: datetime) -> Line | None:
    """The newest line about a use by us or others, not the person's own look."""
    tags = tags_of(subject_id, at=at)
    for kind in ("use", "decision"):
        found = log.events_for_tags(tags, kind=kind, limit=50) if tags else []
        lines = [line for line in _grouped(found, language) if not line.own]
        if lines:
            return lines[0]
    return None


def _shown(found: Iterable[LoggedEvent], show: str) -> list[LoggedEvent]:
    if show != "uses":
        return list(found)
    return [event for event in found if event.kind.split(".")[0] in {"use", "decision"}]


def _grouped(found: Iterable[LoggedEvent], language: str) -> list[Line]:
    lines: dict[tuple[Any, ...], Line] = {}
    for event in found:
        line = _line(event, language)
        day = timezone.localtime(event.at, times.zone()).date()
        key = (day, line.who, line.sentence, line.outcome, line.because)
        kept = lines.setdefault(key, line)
        kept.events.append(event.id)
        if kept is line:
            kept.sealed = event.index is not None
    return list(lines.values())


def _days(lines: list[Line]) -> Iterator[Day]:
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(timezone.localtime(line.at, times.zone()).date(), []).append(line)
    for day, found in days.items():
        yield Day(day=day, lines=tuple(found))


def _line(event: LoggedEvent, language: str) -> Line:
    kind = event.kind.split(".")[0]
    if kind == "decision":
        return decision(event, language)
    if kind == "use":
        return use(event, language)
    return said(event, language)
