"""Whether what is on record elsewhere and what is in the log are the same, range by range.

Each look compares one range of rows after `after` (a key as text; empty: the beginning), reads no
more than `limit` of them, and names what does not match by ids, never by a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

BEGINNING = UUID(int=0)
_PLACES = """
SELECT e.id, p.places FROM (
    SELECT id FROM audit_event WHERE id > %(after)s AND id < %(before)s ORDER BY id LIMIT %(limit)s
) e CROSS JOIN LATERAL (
    SELECT (SELECT count(*) FROM audit_leaf l WHERE l.event_id = e.id)
         + (SELECT count(*) FROM audit_outbox o WHERE o.id = e.id) AS places
) p ORDER BY e.id
"""
_WAITING = """
SELECT o.id, e.id IS NULL FROM (
    SELECT id, at FROM audit_outbox WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
) o LEFT JOIN audit_event e ON e.id = o.id AND e.at = o.at ORDER BY o.id
"""
# The entry has a place, and says what its row says: its kind, and the row's mark in its body.
_ROWS = """
SELECT r.id::text, r.log_event::text, p.at IS NULL,
       e.id IS NOT NULL AND NOT (starts_with(e.kind, r.kind)
           AND (r.mark IS NULL OR position(convert_to(r.mark, 'UTF8') IN e.body) > 0))
FROM (
    SELECT id, log_event, {kind} AS kind, {mark} AS mark FROM {table}
    WHERE id > %(after)s::{key} ORDER BY id LIMIT %(limit)s
) r LEFT JOIN LATERAL (
    SELECT at FROM audit_leaf WHERE event_id = r.log_event
    UNION ALL SELECT at FROM audit_outbox WHERE id = r.log_event LIMIT 1
) p ON true
LEFT JOIN audit_event e ON e.id = r.log_event AND e.at = p.at
ORDER BY r.id
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not match: a code, the id of the row (or empty) and that of the entry."""

    what: str
    row: str
    entry: str


@dataclass(frozen=True, slots=True)
class Look:
    """One range: how many rows, the last of them, and what was found; `done` at the end."""

    compared: int
    after: str
    findings: list[Finding]
    done: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """A table whose rows name their entry; `kind` and `mark` are SQL over its columns.

    The kind of the entry begins with `kind`; its body contains `mark` where that is not NULL.
    """

    table: str
    key: str
    kind: str
    mark: str = "NULL::text"

    def compare(self, after: str, limit: int) -> Look:
        """Each row has its entry, and the entry is of this row."""
        start = after or ("0" if self.key == "bigint" else str(BEGINNING))
        statement = _ROWS.format(kind=self.kind, mark=self.mark, table=self.table, key=self.key)
        rows = asked(statement, {"after": start, "limit": limit})
        findings = [
            Finding("NO_ENTRY" if missing else "ENTRY_OF_SOMETHING_ELSE", row, entry)
            for row, entry, missing, other in rows
            if missing or other
        ]
        return Look(len(rows), rows[-1][0] if rows else after, findings, len(rows) < limit)


def events(after: str, limit: int, before: UUID) -> Look:
    """Each event older than the id `before` has one place: in the tree, or in the queue."""
    rows = asked(_PLACES, {"after": after or BEGINNING, "before": before, "limit": limit})
    findings = [
        Finding("TWO_PLACES" if places else "NO_PLACE", "", str(event))
        for event, places in rows
        if places != 1
    ]
    return Look(len(rows), str(rows[-1][0]) if rows else after, findings, len(rows) < limit)


def waiting(after: str, limit: int) -> Look:
    """Each place in the queue is of an event that exists."""
    rows = asked(_WAITING, {"after": after or BEGINNING, "limit": limit})
    findings = [Finding("NO_EVENT", "", str(event)) for event, missing in rows if missing]
    return Look(len(rows), str(rows[-1][0]) if rows else after, findings, len(rows) < limit)


def asked(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
