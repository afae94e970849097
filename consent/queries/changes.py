"""Following changes exactly and without a lock.

A reader keeps a PostgreSQL snapshot. What it has not seen are the changes whose transaction
that snapshot did not hold as committed, whatever the order of commits since.
"""

from uuid import UUID

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
