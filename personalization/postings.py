"""Who bought what, in memory: rows of consented purchases that can be forgotten exactly.

There is no model beside these rows. Counts over people are whole numbers, so that after any
sequence of additions and removals they equal those of postings built anew; taking a row out is
the unlearning. Ties are settled by a number of the person, never by the order of arrival.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Days = NDArray[np.int16]
Floats = NDArray[np.float64]

FIRST_DAY = date(2000, 1, 1)
RECENT_DAYS = 28
_START_CAPACITY = 1 << 12
_NEVER = np.int16(-1)


@dataclass(frozen=True, slots=True)
class History:
    """What one person bought: item numbers, rising and each once, with the last day of each.

    Days are counted from FIRST_DAY.
    """

    items: Ints
    days: Days

    def __len__(self) -> int:
        return len(self.items)


NOTHING = History(np.empty(0, np.int32), np.empty(0, np.int16))


def day_number(day: date) -> int:
    """Days since FIRST_DAY, within 0 and 32,767."""
    return min(max((day - FIRST_DAY).days, 0), 32_767)


def day_of(number: int) -> date:
    """The day behind a number."""
    return FIRST_DAY + timedelta(days=number)


def history(items: Sequence[int] | NDArray[Any], days: Sequence[int] | NDArray[Any]) -> History:
    """Fold purchase lines (an item may come often) into a History."""
    lines = np.asarray(items, np.int32)
    if not len(lines):
        return NOTHING
    unique, places = np.unique(lines, return_inverse=True)
    latest = np.zeros(len(unique), np.int16)
    np.maximum.at(latest, places, np.asarray(days, np.int16))
    return History(unique, latest)


class Postings:
    """Rows of people over `size` items, appended to flat arrays; not thread-safe by itself.

    `moves` counts changes, so that what is derived from all rows can be kept until the next.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.buyers: Ints = np.zeros(size, np.int32)
        # Because a forgotten row is overwritten with an item that nobody can buy.
        self._nothing = np.int32(size)
        self._items: Ints = np.empty(_START_CAPACITY, np.int32)
        self._days: Days = np.empty(_START_CAPACITY, np.int16)
        self._used = 0
        self._wasted = 0
        self._starts: list[int] = []
        self._lengths: list[int] = []
        self._marks: list[int] = []
        self._rows: dict[UUID, int] = {}
        self._derived: _Derived | None = None
        self._recent: Ints | None = None
        self.moves = 0

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, person: UUID) -> bool:
        return person in self._rows

    def people(self) -> Iterable[UUID]:
        """Everybody who has a row."""
        return self._rows.keys()

    def add(self, person: UUID, bought: History) -> None:
        """Remember one person's purchases; what was known of them before is forgotten first."""
        self.remove(person)
        if not len(bought):
            return
        self._make_room(len(bought))
        end = self._used + len(bought)
        self._items[self._used : end] = bought.items
        self._days[self._used : end] = bought.days
        self._rows[person] = len(self._starts)
        self._starts.append(self._used)
        self._lengths.append(len(bought))
        self._marks.append(person.int & 0x7FFF_FFFF_FFFF_FFFF)
        self._used = end
        self.buyers[bought.items] += 1
        self._forget_derived()

    def remove(self, person: UUID) -> bool:
        """Forget one person, bytes and counts; False where nothing was known."""
        row = self._rows.pop(person, None)
        if row is None:
            return False
        start = self._starts[row]
        end = start + self._lengths[row]
        self.buyers[self._items[start:end]] -= 1
        self._items[start:end] = self._nothing
        self._days[start:end] = _NEVER
        self._wasted += self._lengths[row]
        self._lengths[row] = 0
        self._marks[row] = 0
        self._forget_derived()
        if self._wasted > max(self._used // 4, _START_CAPACITY):
            self._compact()
        return True

    def row(self, person: UUID) -> History:
        """What is known of one person; NOTHING for nobody."""
        row = self._rows.get(person)
        return NOTHING if row is None else self._history(row)

    def history_of_row(self, row: int) -> History:
        """The purchases of a row that `overlaps` named."""
        return self._history(row)

    def overlaps(self, items: Ints) -> Ints:
        """How many of `items` each row has; rows of the forgotten have none."""
        if not self._starts:
            return np.empty(0, np.int32)
        wanted = np.zeros(self.size + 1, np.uint8)
        wanted[items] = 1
        hits = wanted[self._items[: self._used]]
        return np.add.reduceat(hits, self._arrays().starts, dtype=np.int32)

    def lengths(self) -> Ints:
        """How many items each row has."""
        return self._arrays().lengths

    def marks(self) -> NDArray[np.int64]:
        """A number of each row's person, for settling ties."""
        return self._arrays().marks

    def row_of(self, person: UUID) -> int | None:
        """The row of a person."""
        return self._rows.get(person)

    def recent(self) -> Ints:
        """How many people bought each item lately: within RECENT_DAYS of `_today`."""
        if self._recent is None:
            days = self._days[: self._used]
            fresh = self._items[: self._used][(days > self._today() - RECENT_DAYS) & (days >= 0)]
            counts = np.bincount(fresh, minlength=self.size + 1)[: self.size]
            self._recent = counts.astype(np.int32)
        return self._recent

    def _today(self) -> int:
        """The day by which nine people in ten had bought for the last time.

        Not the clock, because the data may be older, and not the newest purchase, because
        one late purchase would make everything else look out of fashion.
        """
        if not self._rows:
            return 0
        latest = np.maximum.reduceat(self._days[: self._used], self._arrays().starts)
        known = np.sort(latest[latest >= 0])
        return int(known[-(-9 * (len(known) - 1) // 10)])

    def _history(self, row: int) -> History:
        start = self._starts[row]
        end = start + self._lengths[row]
        return History(self._items[start:end].copy(), self._days[start:end].copy())

    def _forget_derived(self) -> None:
        self.moves += 1
        self._derived = None
        self._recent = None

    def _arrays(self) -> "_Derived":
        if self._derived is None:
            self._derived = _Derived(
                np.array(self._starts, np.int64),
                np.array(self._lengths, np.int32),
                np.array(self._marks, np.int64),
            )
        return self._derived

    def _make_room(self, more: int) -> None:
        wanted = self._used + more
        if wanted > len(self._items):
            capacity = max(wanted, len(self._items) + len(self._items) // 2)
            self._items = np.concatenate(
                [self._items[: self._used], np.empty(capacity - self._used, np.int32)]
            )
            self._days = np.concatenate(
                [self._days[: self._used], np.empty(capacity - self._used, np.int16)]
            )

    def _compact(self) -> None:
        kept = [(person, self._history(row)) for person, row in self._rows.items()]
        self._items = np.empty(max(_START_CAPACITY, self._used - self._wasted), np.int32)
        self._days = np.empty(len(self._items), np.int16)
        self._used = self._wasted = 0
        self._starts, self._lengths, self._marks, self._rows = [], [], [], {}
        self.buyers = np.zeros(self.size, np.int32)
        for person, bought in kept:
            self.add(person, bought)


@dataclass(frozen=True, slots=True)
class _Derived:
    starts: NDArray[np.int64]
    lengths: Ints
    marks: NDArray[np.int64]
