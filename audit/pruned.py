"""The months that were pruned, as `verify_log` holds them against what their events say."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from audit.bodies import decode
from audit.merkle import leaf_hash
from audit.models import Event, Pending, Prune

_RUN = 16


@dataclass
class PrunedMonth:
    """One month without bodies; `hash` is the leaf hash of the event that says so."""

    month: date
    event_id: UUID
    hash: bytes
    facts: dict[str, Any]
    said: bool = False
    events: int = 0
    _whole: Any = field(default_factory=hashlib.sha256)
    _part: Any = field(default_factory=hashlib.sha256)
    _run: int = -1

    def add(self, index: int, leaf: bytes) -> None:
        """Counts one leaf whose body is gone; in the order of the tree."""
        if index >> _RUN != self._run:
            self._end_run()
            self._run = index >> _RUN
        self.events += 1
        self._part.update(index.to_bytes(8, "big") + leaf)

    def _end_run(self) -> None:
        if self._run >= 0:
            self._whole.update(self._part.digest())
        self._part = hashlib.sha256()

    def fits(self) -> bool:
        """Whether exactly the leaves that the event names are without a body; ask once."""
        self._end_run()
        found = (self.events, self._whole.hexdigest())
        return found == (self.facts.get("events"), self.facts.get("leaves"))


class PrunedMonths:
    """All of them, by month and by event."""

    def __init__(self) -> None:
        self._months: dict[date, PrunedMonth] = {}
        self._events: dict[UUID, PrunedMonth] = {}

    def read(self) -> None:
        """Reads them; raises ValueError where a row does not say who agreed to what."""
        rows = Prune.objects.filter(pruned_at__isnull=False)
        self._months = {row.month: _month(row) for row in rows}
        self._events = {one.event_id: one for one in self._months.values()}

    def __iter__(self) -> Iterator[PrunedMonth]:
        return iter(self._months.values())

    def of(self, at: datetime) -> PrunedMonth | None:
        """The pruned month of a moment, if it was pruned."""
        day = at.astimezone(UTC).date()
        return self._months.get(day.replace(day=1))

    def hear(self, event_id: UUID, leaf: bytes) -> bool:
        """Notes that an event stands in the tree; False if it should say of a prune and differs."""
        one = self._events.get(event_id)
        if one is None:
            return True
        one.said = one.hash == leaf
        return one.said

    def summary(self) -> tuple[tuple[str, int, UUID], ...]:
        """Each month, how many bodies are gone, and the event that says so."""
        return tuple((f"{one.month:%Y-%m}", one.events, one.event_id) for one in self)

    def problem(self) -> tuple[str, UUID] | None:
        """The first prune that is not what its event says, or is not on record; ask once."""
        for one in self:
            if not one.said and not _waits(one):
                return f"The prune of {one.month:%Y-%m} is not on record.", one.event_id
            if not one.fits():
                return (
                    f"Other events of {one.month:%Y-%m} are without a body than two officers "
                    "approved.",
                    one.event_id,
                )
        return None


def prunes() -> int:
    """How many months were pruned."""
    return Prune.objects.filter(pruned_at__isnull=False).count()


def _waits(one: PrunedMonth) -> bool:
    bodies = Event.objects.filter(id=one.event_id).values_list("body", flat=True)
    body = bodies.first() if Pending.objects.filter(id=one.event_id).exists() else None
    return body is not None and leaf_hash(bytes(body)) == one.hash


def _month(row: Prune) -> PrunedMonth:
    said = decode(bytes(row.body or b""))
    facts, people = said.facts, {row.proposed_by, row.approved_by}
    named = {UUID(str(facts.get("proposed_by"))), UUID(str(facts.get("approved_by")))}
    if (said.kind, said.id, facts.get("month")) != (
        "log.pruned", row.event_id, f"{row.month:%Y-%m}",
    ) or named != people or len(people) != 2:  # fmt: skip
        raise ValueError(f"The prune of {row.month:%Y-%m} is not what two officers approved.")
    return PrunedMonth(row.month, said.id, leaf_hash(bytes(row.body or b"")), facts)
