"""The second copy of the key store: its newest state only, so that nothing erased comes back.

Files first, rows in one transaction, then what is no longer current is destroyed: a crash
between leaves a copy that opens. An erasure reaches the copy before it counts as done.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from keys import files
from keys.errors import KeyStoreLost, KeyStoreUnavailable
from keys.store import Store, is_made

ROWS = "wrapped.sqlite3"
ROOTS = ("root", "root.next")
_PARTS = ("buckets", "named")


def refresh(store: Store, place: Path) -> None:
    """Makes the copy at `place`, or brings it up to date; the caller holds the store."""
    for folder in (place, *(place / part for part in _PARTS)):
        files.private_directory(folder)
    take_files(store.directory, place)
    take_rows(store.directory, place)
    # Because people may have come while the rows were read, with buckets of their own.
    take_files(store.directory, place)
    drop_strays(store.directory, place)


def refresh_bucket(store: Store, place: Path, bucket: int) -> None:
    """The same for one bucket, after an erasure in it; the caller holds the store.

    Raises KeyStoreLost where there is no copy: the person's key may live on in it.
    """
    if not (place / ROWS).is_file():
        raise KeyStoreLost(
            f"There is no copy of the key store at {place}, so an erasure cannot reach it. "
            "Bring the storage back, or make a copy with: manage.py keys copy"
        )
    take_files(store.directory, place, pattern=f"{bucket:04d}-*")
    with closing(rows_of(place)) as connection, _answering(place):
        connection.execute("ATTACH ? AS present", (str(store.directory / ROWS),))
        connection.execute("BEGIN IMMEDIATE")
        for table, column in (
            ("data_key", "bucket"),
            ("tombstone", "bucket"),
            ("bucket", "number"),
        ):
            # Because the names are those above.
            connection.execute(f"DELETE FROM main.{table} WHERE {column} = ?", (bucket,))  # noqa: S608
            connection.execute(
                f"INSERT INTO main.{table} SELECT * FROM present.{table} WHERE {column} = ?",  # noqa: S608
                (bucket,),
            )
        connection.execute("COMMIT")
    drop_strays(store.directory, place, pattern=f"{bucket:04d}-*")


def lay_out(place: Path, directory: Path) -> None:
    """Makes a store at `directory` of the copy at `place`; raises KeyStoreLost for half a copy."""
    if not (is_made(place) and (place / ROWS).is_file()):
        raise KeyStoreLost(f"There is no whole copy of a key store at {place}.")
    for folder in (directory, *(directory / part for part in _PARTS)):
        files.private_directory(folder)
    take_rows(place, directory)
    # Because the check key lies in the last of the parts, a store cut short counts as none.
    take_files(place, directory)


def take_files(source: Path, place: Path, pattern: str = "*") -> None:
    """Copies the sealed files that differ, each whole and durable."""
    take_roots(source, place)
    for part in _PARTS:
        for path in (source / part).glob(pattern):
            content, held = files.read_private(path), files.read_private(place / part / path.name)
            if content is not None and content != held and not path.name.startswith("."):
                files.put_private(place / part / path.name, content)
        files.sync_directory(place / part)


def take_roots(source: Path, place: Path) -> None:
    """Copies the root keys that lie in the store because a service outside wrapped them."""
    for name in ROOTS:
        content = files.read_private(source / name)
        if content is None:
            files.destroy(place / name)
        elif content != files.read_private(place / name):
            files.put_private(place / name, content)
    files.sync_directory(place)


def take_rows(source: Path, place: Path) -> None:
    """Copies all rows in one transaction."""
    with _answering(place), closing(rows_of(source)) as old, closing(rows_of(place)) as new:
        old.backup(new)
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def drop_strays(source: Path, place: Path, pattern: str = "*") -> None:
    """Destroys in the copy what the store has no more, and what a crash left half done."""
    for part in _PARTS:
        for path in (place / part).glob(pattern):
            if path.name.startswith(".") or not (source / part / path.name).exists():
                files.destroy(path)


def rows_of(directory: Path) -> sqlite3.Connection:
    """The rows of a store or a copy; a private file is made where there is none."""
    path = directory / ROWS
    with files.readable(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        files.require_private(path, os.fstat(descriptor))
        os.close(descriptor)
    connection = sqlite3.connect(path, isolation_level=None, timeout=15)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


@contextmanager
def _answering(place: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise KeyStoreUnavailable(f"The copy at {place} does not answer: {error}.") from error
