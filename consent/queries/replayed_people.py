"""Whom a replay concerns: people by their marks in the log, and many by their number alone."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from audit.batches import LEAF_BYTES
from consent import replays
from consent.models import Subject
from consent.replay_entries import Share
from keys import queries as keys
from keys.errors import KeyDestroyed, KeyUnknown

PEOPLE_PAGE = 1000


class ReplayedPeople:
    """Marks of people in a private file that goes when it is closed, so memory stays as it is.

    A mark stands for a person in one month only. Within one month the counts are exact;
    over several, people lie between the largest month and the sum of all. People of whom an
    entry tells only how many they are make these two wider apart.
    """

    def __init__(self) -> None:
        # Because SQLite puts a database without a name in a file of its own and removes it.
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute(
            "CREATE TABLE mark (kind TEXT, month INTEGER, tag BLOB, place TEXT, "
            "PRIMARY KEY (kind, month, tag)) WITHOUT ROWID"
        )
        self._file.execute("BEGIN")
        self._unmarked: dict[str, Counter[UUID]] = {kind: Counter() for kind in replays.CHANGES}
        self._most: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        self._places: dict[str, Counter[str]] = {kind: Counter() for kind in replays.CHANGES}

    def add(self, kind: str, share: Share, place: str, at: datetime) -> None:
        """People whose decision changed; adding the same again changes nothing."""
        at = at.astimezone(UTC)
        month = at.year * 100 + at.month
        self._file.executemany(
            "INSERT OR IGNORE INTO mark VALUES (?, ?, ?, ?)",
            [(kind, month, leaf[:LEAF_BYTES], place) for leaf in share.leaves],
        )
        if not share.whole:
            self._add_unmarked(kind, share, place)

    def _add_unmarked(self, kind: str, share: Share, place: str) -> None:
        # Because entries come one after the other, only the sum of the last one is kept.
        event = share.decision.event
        if event not in self._unmarked[kind]:
            self._unmarked[kind].clear()
        self._unmarked[kind][event] += share.people
        self._most[kind] = max(self._most[kind], self._unmarked[kind][event])
        self._all[kind] += share.people
        self._places[kind][place] += share.people

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
            "at_least": max(self._most[kind], *months, 0),
            "at_most": sum(months) + self._all[kind],
            "jurisdictions": dict((self._places[kind] + Counter(dict(places))).most_common()),
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
            "SELECT 1 FROM mark WHERE kind = ? AND month = ? AND tag = ?",
            (kind, month, tag[:LEAF_BYTES]),
        ).fetchone()
        return row is not None

    def close(self) -> None:
        """Remove the file."""
        self._file.close()


def _everybody() -> Iterator[UUID]:
    return Subject.objects.order_by("pk").values_list("pk", flat=True).iterator(PEOPLE_PAGE)
