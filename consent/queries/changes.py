"""Following changes exactly and without a lock.

A reader keeps a PostgreSQL snapshot. What it has not seen are the changes whose transaction
that snapshot did not hold as committed, whatever the order of commits since.
"""

from typing import NamedTuple
from uuid import UUID

from consent.consuming import Changed
from consent.queries.states import raw_cursor

SNAPSHOT = "SELECT pg_current_snapshot()::text"
CHANGED = """
    SELECT pg_current_snapshot()::text,
           ARRAY(SELECT DISTINCT subject_id FROM consent_change
                  WHERE transaction >= pg_snapshot_xmin(%s::pg_snapshot)
                    AND NOT pg_visible_in_snapshot(transaction, %s::pg_snapshot))
"""


def snapshot() -> str:
    """What is committed now, as an opaque text to hand to `changed_since`."""
    row = raw_cursor().execute(SNAPSHOT, prepare=True).fetchone()
    return str(row[0]) if row else ""


def changed_since(seen: str) -> tuple[str, list[UUID]]:
    """A newer snapshot, and everyone whose state changed in between (at least once).

    One statement sees one snapshot: what commits after it is told the next time.
    """
    row = raw_cursor().execute(CHANGED, (seen, seen), prepare=True).fetchone()
    return (str(row[0]), list(row[1])) if row else (seen, [])


TOLD = """
    SELECT c.id, c.subject_id, c.epoch, c.at
      FROM consent_change c
      JOIN consent_changearrival a ON a.change_id = c.id AND a.consumer = %s
     WHERE c.transaction >= pg_snapshot_xmin(%s::pg_snapshot)
       AND NOT pg_visible_in_snapshot(c.transaction, %s::pg_snapshot)
       AND pg_visible_in_snapshot(c.transaction, %s::pg_snapshot)
       AND c.id > %s
     ORDER BY c.id LIMIT %s
"""


class Place(NamedTuple):
    """Where a follower is: all of `seen`, and of what `upto` adds to it up to change `after`.

    Both are snapshots. One person's changes are written one after the other, so within what a
    snapshot adds the order of their numbers is the order of their epochs.
    """

    seen: str
    upto: str
    after: int


def beginning() -> Place:
    """The place of a follower who begins now."""
    now = snapshot()
    return Place(now, now, 0)


def following(*, consumer: str, place: Place, limit: int) -> tuple[list[Changed], Place]:
    """The next changes for a consumer, in order and without gaps, and the place after them."""
    if place.after == 0:
        place = place._replace(upto=snapshot())
    told = (consumer, place.seen, place.seen, place.upto, place.after, limit)
    rows = raw_cursor().execute(TOLD, told, prepare=True).fetchall()
    found = [Changed(*row) for row in rows]
    if len(found) < limit:
        return found, Place(place.upto, place.upto, 0)
    return found, place._replace(after=found[-1].id)
