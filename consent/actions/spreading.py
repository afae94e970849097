"""Bringing a change to everything that acts on it, and noting where it has arrived.

What must hear of a change is written with it, in its transaction, so that no crash can lose
a ticket. Arrivals are noted at least once; noting one again changes nothing.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from consent import audiences
from consent.catalogue import Catalogue
from consent.compiling import Compiled
from consent.consuming import GATE, Changed, Consumer, of_partner
from consent.models import ChangeArrival
from consent.queries import catalogue as catalogues
from consent.queries import states
from consent.queries.consumers import consumer_names, consumers
from consent.queries.states import raw_cursor

logger = logging.getLogger(__name__)

AT_ONCE = 500
KEPT = 20_000
ANNOUNCE = """
    INSERT INTO consent_changearrival (change_id, consumer, arrived_at)
    SELECT change, consumer, CASE consumer WHEN %s THEN %s::timestamptz END
      FROM unnest(%b::bigint[]) AS change, unnest(%b::text[]) AS consumer
"""
ACKNOWLEDGE_SEEN = """
    UPDATE consent_changearrival a SET arrived_at = %s
      FROM consent_change c
     WHERE a.consumer = %s AND a.arrived_at IS NULL AND c.id = a.change_id
       AND (pg_visible_in_snapshot(c.transaction, %s::pg_snapshot)
            OR (c.id <= %s AND pg_visible_in_snapshot(c.transaction, %s::pg_snapshot)))
"""
_audiences_kept: dict[tuple[object, ...], tuple[str, ...]] = {}
_usable_kept: dict[tuple[object, ...], audiences.Usable] = {}
_parts_kept: dict[tuple[object, ...], audiences.Known] = {}


class Moved(NamedTuple):
    """A change, the digest of the shape before it (None: nobody), and the state after it."""

    change_id: int
    before: bytes | None
    after: Compiled


def announce(moved: Sequence[Moved], *, at: datetime) -> None:
    """Write who must apply these changes, in the transaction that makes them.

    The gate has them already: it answers by the committed state and by nothing else.
    """
    catalogue = catalogues.catalogue()
    moment = (catalogue.version, catalogue.period(at))
    own = consumer_names()
    audiences_of: dict[tuple[str, ...], list[int]] = {}
    for change_id, before, after in moved:
        partners = _partners(before, after, catalogue, moment, at)
        audiences_of.setdefault(partners, []).append(change_id)
    for partners, changes in audiences_of.items():
        names = [GATE, *own, *map(of_partner, partners)]
        raw_cursor().execute(ANNOUNCE, (GATE, at, changes, names), prepare=True)


def _partners(
    before: bytes | None,
    after: Compiled,
    catalogue: Catalogue,
    moment: tuple[object, ...],
    at: datetime,
) -> tuple[str, ...]:
    """Worked out once per pair of shapes, as few pairs exist among many people."""
    key = (before, after.digest, moment)
    found = _audiences_kept.get(key)
    if found is None:
        earlier = states.shape_content(before) if before is not None else None
        usable = {**_usable(after.digest, after.content, catalogue, moment, at)}
        if before is not None and earlier is not None:
            for code, purposes in _usable(before, earlier, catalogue, moment, at).items():
                usable[code] = usable.get(code, frozenset()) | purposes
        found = audiences.concerned(
            before=earlier, after=after.content, usable=usable, catalogue=catalogue
        )
        if len(_audiences_kept) >= KEPT:
            _audiences_kept.clear()
        _audiences_kept[key] = found
    return found


def _usable(
    digest: bytes,
    shape: audiences.Shape,
    catalogue: Catalogue,
    moment: tuple[object, ...],
    at: datetime,
) -> audiences.Usable:
    """Worked out once per shape: it is the costly part of every pair."""
    key = (digest, moment)
    found = _usable_kept.get(key)
    if found is None:
        known = _parts_kept.setdefault(moment, {})
        found = audiences.usable_by(shape=shape, catalogue=catalogue, at=at, known=known)
        if max(len(_usable_kept), len(known)) >= KEPT or len(_parts_kept) > 1:
            _usable_kept.clear()
            _parts_kept.clear()
        _usable_kept[key] = found
    return found


def spread(*, at: datetime) -> int:
    """Hand outstanding changes to each consumer of this service; how many have arrived.

    A consumer that fails keeps its tickets open and holds up no other.
    """
    arrived = 0
    for consumer in consumers():
        try:
            arrived += _spread_to(consumer, at)
        except Exception as error:
            # Because its text may name a person, only the class of an error is kept.
            logger.error("%s did not apply changes (%s).", consumer.name, type(error).__name__)
    return arrived


def _spread_to(consumer: Consumer, at: datetime) -> int:
    arrived, after = 0, 0
    while changes := _outstanding(consumer.name, after):
        applied = set(consumer.apply(changes, at=at))
        arrived += _note(consumer.name, applied, at)
        after = changes[-1].id
    return arrived


def _outstanding(consumer: str, after: int) -> list[Changed]:
    rows = ChangeArrival.objects.filter(
        consumer=consumer, arrived_at__isnull=True, change_id__gt=after
    )
    wanted = rows.order_by("change_id").values_list(
        "change_id", "change__subject_id", "change__epoch", "change__at"
    )
    return [Changed(*row) for row in wanted[:AT_ONCE]]


def _note(consumer: str, changes: set[int], at: datetime) -> int:
    outstanding = ChangeArrival.objects.filter(
        consumer=consumer, change_id__in=changes, arrived_at__isnull=True
    )
    return outstanding.update(arrived_at=at)


def acknowledge_epoch(*, recipient: str, subject_id: UUID, epoch: int, at: datetime) -> int:
    """A partner has applied everything of one person up to `epoch`; how many tickets it closed.

    A newer change stays outstanding.
    """
    outstanding = ChangeArrival.objects.filter(
        consumer=of_partner(recipient),
        arrived_at__isnull=True,
        change__subject_id=subject_id,
        change__epoch__lte=epoch,
    )
    return outstanding.update(arrived_at=at)


def acknowledge_seen(*, recipient: str, seen: str, upto: str, after: int, at: datetime) -> int:
    """A partner has applied all it was told up to a place in the feed; how many it closed.

    `seen` and `upto` are PostgreSQL snapshots, `after` the last change told of those between.
    """
    cursor = raw_cursor().execute(
        ACKNOWLEDGE_SEEN, (at, of_partner(recipient), seen, after, upto), prepare=True
    )
    return cursor.rowcount
