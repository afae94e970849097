"""Every single byte of an event, a leaf, a tile, a checkpoint and the head: flipped, and found."""

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from django.db import DataError, IntegrityError, connections, transaction
from zeal import zeal_ignore

from audit import actions, verify
from tests.audit.conftest import NOW, verified, write

# What stands in the stored bytes of each kind, as bytes and back; times as microseconds.
COLUMNS = {
    "audit_event": ["id", "at", "kind", "tag", "body"],
    "audit_leaf": ["index", "event_id"],
    "audit_tile": ["hashes"],
    "audit_checkpoint": ["size", "root", "note"],
    "audit_head": ["size", "root"],
}
TO_BYTES = {
    "uuid": "uuid_send({0})",
    "text": "convert_to({0}, 'UTF8')",
    "bytea": "{0}",
    "int8": "int8send({0})",
    "timestamptz": "int8send((extract(epoch FROM {0}) * 1000000)::bigint)",
}
FROM_BYTES = {
    "uuid": "encode({0}, 'hex')::uuid",
    "text": "convert_from({0}, 'UTF8')",
    "bytea": "{0}",
    "int8": "('x' || encode({0}, 'hex'))::bit(64)::bigint",
    "timestamptz": "to_timestamp(('x' || encode({0}, 'hex'))::bit(64)::bigint / 1000000.0)",
}


class Place(NamedTuple):
    """One byte of one stored value."""

    table: str
    column: str
    type: str
    row: str
    byte: int


@pytest.fixture
def owner(drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A small log under three checkpoints, read and changed in a transaction of the owner."""
    tag = bytes(range(16))
    for _ in range(3):
        write(2)
        actions.append(kind="use", at=NOW, facts={"purpose": "sale"}, tag=tag)
        drain()
    owner = connections["owner"]
    monkeypatch.setattr(verify, "connection", owner)
    monkeypatch.setattr(
        verify.transaction, "atomic", lambda: transaction.Atomic("owner", True, False)
    )
    with zeal_ignore(), transaction.Atomic("owner", True, False), owner.cursor() as cursor:
        for table in COLUMNS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        transaction.set_rollback(True, using="owner")


def places(cursor: object) -> list[Place]:
    """Each byte that is stored of each kind."""
    found = []
    for table, columns in COLUMNS.items():
        for column in columns:
            cursor.execute(f"SELECT pg_typeof({column})::text FROM {table} LIMIT 1")
            kind = {"timestamp with time zone": "timestamptz", "bigint": "int8"}
            named = cursor.fetchone()[0]
            named = kind.get(named, named)
            value = TO_BYTES[named].format(column)
            cursor.execute(f"SELECT ctid::text, octet_length({value}) FROM {table}")
            found += [
                Place(table, column, named, row, byte)
                for row, length in cursor.fetchall()
                for byte in range(length or 0)
            ]
    return found


def flipped(cursor: object, place: Place, bit: int) -> str:
    """What verification says of the log with one bit of one byte turned, or why that cannot be."""
    value = TO_BYTES[place.type].format(place.column)
    changed = f"set_byte({value}, {place.byte}, get_byte({value}, {place.byte}) # {1 << bit})"
    try:
        with transaction.Atomic("owner", True, False):
            cursor.execute(
                f"UPDATE {place.table} SET {place.column} = "
                f"{FROM_BYTES[place.type].format(changed)} WHERE ctid = %s",
                [place.row],
            )
            problem = verified().problem
            raise Undone(problem.what if problem else "")
    except Undone as undone:
        return str(undone)
    except (DataError, IntegrityError):
        return "The database refuses it."


class Undone(Exception):
    """Takes a flip back, with what was said of it."""


def check(cursor: object, chosen: list[Place]) -> None:
    chance = random.Random(11)
    assert verified().problem is None
    missed = [place for place in chosen if not flipped(cursor, place, chance.randrange(7))]
    assert not missed
    assert verified().problem is None


def test_a_sample_of_flipped_bytes_is_found(owner: object) -> None:
    chance = random.Random(5)
    every = places(owner)
    some = [
        place
        for table, columns in COLUMNS.items()
        for column in columns
        for place in [one for one in every if (one.table, one.column) == (table, column)][:1]
    ]
    check(owner, some + chance.sample(every, 60))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_flipped_byte_is_found(owner: object) -> None:
    check(owner, places(owner))
