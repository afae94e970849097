"""Writing to the log, in the transaction of whoever acts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import psycopg
from django.db import connection

from audit import batches
from audit.arrays import Uuids
from audit.batches import Group
from audit.bodies import Fact, encode
from audit.forms import Entry
from audit.identifiers import uuid7

_APPEND = b"SELECT audit_append(%s, %s, %s, %s, %s)"
_APPEND_MANY = (
    b"SELECT audit_append_many(%b::uuid[], %b::timestamptz[], %b::text[], %b::bytea[], %b::bytea[])"
)
_AT_ONCE = 5_000


class Batch(NamedTuple):
    """The arguments of the SQL function `audit_append_batch`, in its order."""

    id: UUID
    at: datetime
    kind: str
    body: bytes
    tags: bytes
    kinds: list[str]
    counts: list[int]


def prepare(
    *, kind: str, at: datetime, facts: Mapping[str, Fact], tag: bytes | None = None
) -> Entry:
    """An event not yet written, for SQL functions that append it together with their own work.

    `at` is the server's time with its zone; `facts` hold names, codes and counts, never values
    of a person; `tag` comes from `keys.queries.subject_tag`. Raises ValueError.
    """
    event_id = uuid7()
    return Entry(event_id, at, kind, tag, encode(event_id, kind, at, tag, facts))


def append(*, kind: str, at: datetime, facts: Mapping[str, Fact], tag: bytes | None = None) -> UUID:
    """Writes one event in the caller's transaction and gives its id; raises ValueError.

    One round trip, no lock; when the caller rolls back, nothing was written.
    """
    entry = prepare(kind=kind, at=at, facts=facts, tag=tag)
    connection.ensure_connection()
    with connection.wrap_database_errors:
        psycopg.Cursor(connection.connection).execute(_APPEND, entry, prepare=True)
    return entry.id


def append_many(entries: Sequence[Entry]) -> None:
    """Writes many prepared events in the caller's transaction, thousands in each round trip."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        for start in range(0, len(entries), _AT_ONCE):
            columns = list(zip(*entries[start : start + _AT_ONCE], strict=True))
            ids, *others = columns
            cursor.execute(_APPEND_MANY, [Uuids(ids), *map(list, others)])


def prepare_batch(
    *, kind: str, at: datetime, facts: Mapping[str, Fact], groups: Sequence[Group]
) -> Batch:
    """One event about many people, not yet written; raises ValueError where it has no room.

    `facts` are common to all, `groups` say what it is for whom (`audit.batches`).
    """
    event_id = uuid7()
    body = encode(event_id, kind, at, None, batches.joined(facts, groups))
    # Because the same person may be asked about twice, and neighbours in the index are cheaper.
    tags = [sorted(set(group.tags)) for group in groups]
    return Batch(
        event_id,
        at,
        kind,
        body,
        b"".join(tag for group in tags for tag in group),
        [group.kind for group in groups],
        [len(group) for group in tags],
    )
