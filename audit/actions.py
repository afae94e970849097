"""Writing to the log, in the transaction of whoever acts."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import psycopg
from django.db import connection

from audit.bodies import Fact, encode
from audit.identifiers import uuid7

_APPEND = b"SELECT audit_append(%s, %s, %s, %s, %s)"


class Entry(NamedTuple):
    """The arguments of the SQL function `audit_append`, in its order."""

    id: UUID
    at: datetime
    kind: str
    tag: bytes | None
    body: bytes


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


def append_many(entries: list[Entry]) -> None:
    """Writes many prepared events in the caller's transaction, in one round trip per thousand."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        psycopg.Cursor(connection.connection).executemany(_APPEND, entries)
