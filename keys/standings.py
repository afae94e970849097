"""What the key store holds and what its second copy lacks, counted without opening a key."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from keys.copies import ROWS, rows_of
from keys.errors import KeyStoreLost
from keys.store import Store


@dataclass(frozen=True, slots=True)
class Comparison:
    """`people` have keys in the store; the copy lacks `missing` of them.

    It still opens `undead` that were erased: 0, or something is wrong.
    """

    people: int
    missing: int
    undead: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many people have keys, were erased, wait to be; how many bucket keys there are."""

    people: int
    erased: int
    pending: int
    buckets: int


def standing_of(store: Store) -> Standing:
    """Counted now."""
    tables = ("data_key", "tombstone", "intent", "bucket")
    with closing(rows_of(store.directory)) as connection:
        # Because the names are those above.
        return Standing(*(_count(connection, f"SELECT count(*) FROM {one}") for one in tables))  # noqa: S608


def compare(store: Store, place: Path) -> Comparison:
    """Row by row, without opening any; raises KeyStoreLost where there is no copy."""
    if not (place / ROWS).is_file():
        raise KeyStoreLost(f"There is no copy of the key store at {place}.")
    with closing(rows_of(place)) as connection:
        connection.execute("ATTACH ? AS present", (str(store.directory / ROWS),))
        missing = _count(
            connection, "SELECT count(*) FROM (SELECT * FROM present.data_key "
            "EXCEPT SELECT * FROM main.data_key)",
        )  # fmt: skip
        undead = _count(
            connection, "SELECT count(*) FROM main.data_key JOIN present.tombstone USING (subject)"
        )
        return Comparison(
            _count(connection, "SELECT count(*) FROM present.data_key"), missing, undead
        )


def counted(directory: Path) -> int:
    """How many people have keys in a store or copy."""
    with closing(rows_of(directory)) as connection:
        return _count(connection, "SELECT count(*) FROM data_key")


def _count(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0])
