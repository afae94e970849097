"""Replaying the log: every decision of a time decided again, one after the other."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from audit import queries as log
from audit.queries import LoggedEvent
from consent import replays
from consent.catalogue import Catalogue
from consent.compiling import shape_digest
from consent.models import Subject
from consent.queries import editions, states
from consent.replays import Decider, Difference, Logged, NotReplayable, Tally
from keys import queries as keys
from keys.errors import KeyDestroyed, KeyUnknown

PROGRESS_EVERY = 1000
DIFFERENCES_KEPT = 1000
PEOPLE_PAGE = 1000
# Because these are about many people of several states, and name no state.
BULK = frozenset({"decision.bulk", "decision.batch"})
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Span:
    """Which decisions: from `since` on, before `until`, at most `limit` (None: all)."""

    since: datetime
    until: datetime
    limit: int | None = None


def decisions(span: Span) -> int:
    """How many decisions a span holds at most."""
    count = log.count(kind="decision", since=span.since, until=span.until)
    return count if span.limit is None else min(count, span.limit)


def under_draft(
    draft: Catalogue,
    span: Span,
    *,
    as_if_at: datetime | None = None,
    progress: Progress | None = None,
    ids: bool = False,
) -> dict[str, Any]:
    """What would change, had `draft` been in force: counts, people, reasons, as JSON.

    Each decision is decided at its own time, or all at `as_if_at`. Memory does not grow with
    the log: marks of people go through a temporary file. With `ids` the people are named.
    """
    tally, decider, old = Tally(), Decider(_content), _Editions()
    with closing(_People()) as people:
        for entry in _entries(span, progress):
            if entry.kind in BULK:
                tally.bulk += 1
                continue
            try:
                decision = _logged(entry)
                after = decider.outcome(decision, draft, as_if_at or decision.at)
                kind = replays.change(decision, old.outcome(decider, decision), after)
            except NotReplayable as error:
                tally.left_out[error.cause] += 1
                continue
            places = replays.places_of(decision, decider.content(decision))
            tally.count(decision, kind, after, places)
            if kind != replays.SAME and decision.tag is not None:
                people.add(kind, decision.tag, places, decision.at)
        result = tally.shown() | {"decided": decider.decided, "people": people.counts()}
        if ids:
            result["ids"] = {kind: list(people.named(kind)) for kind in replays.CHANGES}
    return result


@dataclass(frozen=True, slots=True)
class Verification:
    """Every decision recomputed: how many are equal, which differ, which cannot be recomputed.

    `differences` holds the first thousand, `different` counts all decisions that differ.
    """

    decisions: int
    equal: int
    different: int
    differences: tuple[Difference, ...]
    not_reconstructible: Mapping[str, int]
    bulk: int


def verified(span: Span, *, progress: Progress | None = None) -> Verification:
    """Recompute each logged decision from its own entry under the catalogue of its time."""
    tally, decider, old = Tally(), Decider(_content), _Editions()
    found: list[Difference] = []
    equal = different = 0
    for entry in _entries(span, progress):
        if entry.kind in BULK:
            tally.bulk += 1
            continue
        tally.decisions += 1
        try:
            decision = _logged(entry)
            differing = replays.differences(decision, old.outcome_or_fail(decider, decision))
        except NotReplayable as error:
            tally.left_out[error.cause] += 1
            continue
        differing += _kind_differs(entry, decision)
        if not differing:
            equal += 1
            continue
        different += 1
        found += differing[: DIFFERENCES_KEPT - len(found)]
    return Verification(
        decisions=tally.decisions,
        equal=equal,
        different=different,
        differences=tuple(found),
        not_reconstructible=dict(tally.left_out),
        bulk=tally.bulk,
    )


def _kind_differs(entry: LoggedEvent, decision: Logged) -> list[Difference]:
    opened = decision.permitted or bool(decision.covered)
    expected = "decision.permit" if opened else "decision.deny"
    if entry.kind == expected:
        return []
    return [Difference(entry.id, entry.at, "kind", entry.kind, expected)]


def _entries(span: Span, progress: Progress | None) -> Iterator[LoggedEvent]:
    stream = log.stream(kind="decision", since=span.since, until=span.until)
    for number, entry in enumerate(islice(stream, span.limit), start=1):
        yield entry
        if progress is not None and number % PROGRESS_EVERY == 0:
            progress(number)


def _logged(entry: LoggedEvent) -> Logged:
    return replays.logged(event=entry.id, at=entry.at, tag=entry.tag, facts=entry.facts)


def _content(shape: bytes) -> Mapping[str, Any]:
    try:
        content = states.shape_content(shape)
    except LookupError:
        raise NotReplayable("SHAPE_MISSING") from None
    if shape_digest(content) != shape:
        raise NotReplayable("SHAPE_DAMAGED")
    return content


class _Editions:
    """The catalogues that decided; one that was not kept is None, and never guessed."""

    def __init__(self) -> None:
        self._found: dict[int, Catalogue | None] = {}

    def outcome(self, decider: Decider, decision: Logged) -> Any:
        """The recomputed decision; None where the catalogue is gone."""
        catalogue = self._catalogue(decision)
        return decider.outcome(decision, catalogue, decision.at) if catalogue else None

    def outcome_or_fail(self, decider: Decider, decision: Logged) -> Any:
        """The same; raises NotReplayable."""
        if decision.catalogue is None:
            raise NotReplayable("CATALOGUE_NOT_NAMED")
        found = self.outcome(decider, decision)
        if found is None:
            raise NotReplayable("CATALOGUE_NOT_KEPT")
        return found

    def _catalogue(self, decision: Logged) -> Catalogue | None:
        version = decision.catalogue
        if version is None:
            return None
        if version not in self._found:
            if len(self._found) > editions.KEPT:
                self._found.clear()
            self._found[version] = editions.edition(version)
        return self._found[version]


class _People:
    """Marks of people in a private file that goes when it is closed, so memory stays as it is.

    A mark stands for a person in one month only. Within one month the counts are exact;
    over several, people lie between the largest month and the sum of all.
    """

    def __init__(self) -> None:
        # Because SQLite puts a database without a name in a file of its own and removes it.
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute(
            "CREATE TABLE mark (kind TEXT, month INTEGER, tag BLOB, place TEXT, "
            "PRIMARY KEY (kind, month, tag)) WITHOUT ROWID"
        )
        self._file.execute("BEGIN")

    def add(self, kind: str, tag: bytes, place: str, at: datetime) -> None:
        """One person whose decision changed; adding again changes nothing."""
        at = at.astimezone(UTC)
        month = at.year * 100 + at.month
        self._file.execute(
            "INSERT OR IGNORE INTO mark VALUES (?, ?, ?, ?)", (kind, month, tag, place)
        )

    def counts(self) -> dict[str, Any]:
        """Per change: at least and at most so many people, and how many per jurisdiction."""
        return {kind: self._count(kind) for kind in replays.CHANGES}

    def _count(self, kind: str) -> dict[str, Any]:
        months = [
            count
            for (count,) in self._file.execute(
                "SELECT count(*) FROM mark WHERE kind = ? GROUP BY month", (kind,)
            )
        ]
        places = self._file.execute(
            "SELECT place, count(*) FROM mark WHERE kind = ? GROUP BY place ORDER BY 2 DESC",
            (kind,),
        )
        return {
            "at_least": max(months, default=0),
            "at_most": sum(months),
            "jurisdictions": dict(places.fetchall()),
        }

    def named(self, kind: str) -> Iterator[str]:
        """The people behind the marks of one change, erased ones aside: reads every person."""
        months = [
            month
            for (month,) in self._file.execute(
                "SELECT DISTINCT month FROM mark WHERE kind = ?", (kind,)
            )
        ]
        if not months:
            return
        for subject_id in _everybody():
            if any(self._holds(kind, month, subject_id) for month in months):
                yield str(subject_id)

    def _holds(self, kind: str, month: int, subject_id: UUID) -> bool:
        try:
            tag = keys.subject_tag(
                subject_id, at=datetime(month // 100, month % 100, 1, tzinfo=UTC)
            )
        except (KeyDestroyed, KeyUnknown):
            return False
        row = self._file.execute(
            "SELECT 1 FROM mark WHERE kind = ? AND month = ? AND tag = ?", (kind, month, tag)
        ).fetchone()
        return row is not None

    def close(self) -> None:
        """Remove the file."""
        self._file.close()


def _everybody() -> Iterator[UUID]:
    return Subject.objects.order_by("pk").values_list("pk", flat=True).iterator(PEOPLE_PAGE)
