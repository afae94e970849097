"""Signed heads in other people's hands that contradict the log, as long as they do."""

from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from audit import gossip
from audit import queries as audit
from audit.errors import EventUnknown, LogDamaged
from console.queries.log import OfficerFilters, first_of

# Because entries may become visible a little later than their identifiers were made.
OVERLAP = timedelta(minutes=1)
MOST = 20


class Contradiction(NamedTuple):
    """The entry that put it on record, and the size that the log had when the head was signed."""

    entry: UUID
    at: datetime
    size: int
    root: bytes


class _Remembered:
    """What is on record, so that a page reads only what was written since."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._known: dict[UUID, Contradiction] = {}

    def all(self, at: datetime) -> Sequence[Contradiction]:
        """The latest first."""
        if not all(map(_exists, self._known)):
            # Because the database may have been put back, or be another one.
            self._since, self._known = None, {}
        since = first_of(self._since) if self._since else None
        filters = OfficerFilters(kind=gossip.KIND, newer_than=since)
        for event in audit.events(filters=filters, limit=MOST):
            if not event.facts.get("damaged"):
                root = b64decode(event.facts["root"])
                self._known[event.id] = Contradiction(event.id, event.at, event.facts["size"], root)
        self._since = at - OVERLAP
        latest = sorted(self._known.values(), reverse=True)[:MOST]
        self._known = {found.entry: found for found in latest}
        return latest


def _exists(entry: UUID) -> bool:
    try:
        audit.event(entry)
    except EventUnknown:
        return False
    return True


def _stands(found: Contradiction) -> bool:
    try:
        return gossip.contradicts(found.size, found.root)
    except LogDamaged:
        return True


_remembered = _Remembered()


def standing(*, at: datetime) -> Contradiction | None:
    """The latest one that the log of now still contradicts; None once the log is whole again."""
    return next(filter(_stands, _remembered.all(at)), None)
