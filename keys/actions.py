"""Making and destroying data keys; copying, restoring and re-sealing the store."""

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import IO
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from keys import copying, high_water
from keys.copies import lay_out, refresh, take_roots
from keys.destruction import Erased, destroy_data_key, reconcile_store
from keys.drilling import Drilled, drill_copy
from keys.errors import KeyDestroyed, KeyStoreUnavailable, KeyStoreUnsafe
from keys.rotation import Progress, finish_rotation, rotate_root
from keys.standings import Comparison, compare, counted
from keys.store import Store, bucket_members, is_made, store
from keys.transit import rewrap_transit_root
from keys.wrapping import wrap_data_key

__all__ = [
    "Erased",
    "copy_to",
    "create_data_keys",
    "drill",
    "erase",
    "put_back",
    "raise_high_water_mark",
    "reconcile",
    "restore",
    "rewrap",
    "rotate",
    "write_copy",
]


def create_data_keys(subject_ids: Iterable[UUID]) -> None:
    """Makes the data keys that are missing, all or none; durable on return.

    Raises KeyDestroyed when one of the people was erased: such a person needs a new id.
    """
    opened = store()
    members = bucket_members(list(subject_ids))
    with opened.writing() as connection:
        _refuse_erased(connection, members)
        ciphers = _ciphers(opened, connection, members)
        connection.executemany(
            "INSERT OR IGNORE INTO data_key (bucket, subject, generation, wrapped) "
            "VALUES (?, ?, ?, ?)",
            (
                (bucket, subject, generation, _fresh(cipher, subject, bucket, generation))
                for bucket, (generation, cipher) in ciphers.items()
                for subject in members[bucket]
            ),
        )


def erase(subject_id: UUID) -> Erased:
    """Destroys a person's data key in every copy; idempotent, and finished on return."""
    return destroy_data_key(store(), subject_id)


def reconcile() -> int:
    """Finishes what a crash interrupted; returns how many things it put right."""
    opened = store()
    return finish_rotation(opened) + reconcile_store(opened)


def rotate(*, progress: Progress) -> int:
    """Brings in the next root key; returns how many files were sealed anew, no row among them.

    Raises KeyStoreUnsafe where the operator has to name it, KeyStoreUnavailable.
    """
    return rotate_root(store(), progress)


def rewrap() -> bool:
    """Wraps the root key under the transit engine's newest version; whether that is another."""
    opened = store()
    with opened.exclusive():
        changed = rewrap_transit_root(opened.directory)
        if opened.copy is not None:
            take_roots(opened.directory, opened.copy)
    return changed


def copy_to(place: Path) -> Comparison:
    """Brings the second copy up to date and compares it; the caller shows what differs."""
    opened = store()
    with opened.exclusive():
        refresh(opened, place)
        return compare(opened, place)


def drill(place: Path, *, people: int) -> Drilled:
    """Restores the copy beside the store and opens canaries of `people` with it."""
    opened = store()
    with opened.exclusive():
        return drill_copy(opened, place, people)


def restore(place: Path) -> int:
    """Puts the copy where there is no store; returns how many people have keys again.

    Raises KeyStoreUnsafe where a store is there: it is never taken back to an earlier state.
    """
    directory: Path = settings.KEYSTORE_DIR
    if is_made(directory):
        raise KeyStoreUnsafe(f"There is a key store at {directory}; it is not overwritten.")
    lay_out(place, directory)
    return counted(directory)


def raise_high_water_mark(number: int) -> None:
    """Raises the mark after the database's was committed; it never falls."""
    high_water.raise_to(store(), number)


def write_copy(out: IO[bytes]) -> None:
    """Writes the store as it is now, as a tar archive; only the newest copy may be kept."""
    copying.write_copy(store(), out)


def put_back(directory: Path, source: IO[bytes]) -> None:
    """Makes the store at `directory` from a copy; KeyStoreUnavailable where something is there."""
    copying.put_back(directory, source)


def _refuse_erased(connection: sqlite3.Connection, members: dict[int, list[bytes]]) -> None:
    for subjects in members.values():
        for subject in subjects:
            if connection.execute(
                "SELECT 1 FROM tombstone WHERE subject = ? "
                "UNION ALL SELECT 1 FROM intent WHERE subject = ?",
                (subject, subject),
            ).fetchone():
                raise KeyDestroyed("An erased person gets no new key; use a new subject id.")


def _ciphers(
    opened: Store, connection: sqlite3.Connection, members: dict[int, list[bytes]]
) -> dict[int, tuple[int, AESGCM]]:
    known = dict(connection.execute("SELECT number, generation FROM bucket").fetchall())
    ciphers: dict[int, tuple[int, AESGCM]] = {}
    fresh = [bucket for bucket in members if bucket not in known]
    for bucket in fresh:
        ciphers[bucket] = (1, opened.buckets.create(bucket, 1))
    if fresh:
        opened.buckets.sync()
        connection.executemany(
            "INSERT INTO bucket (number, generation) VALUES (?, 1)", ((b,) for b in fresh)
        )
    for bucket in members.keys() - ciphers.keys():
        cipher = opened.buckets.cipher(bucket, known[bucket])
        if cipher is None:
            raise KeyStoreUnavailable("A bucket key is missing: restore it from its copy.")
        ciphers[bucket] = (known[bucket], cipher)
    return ciphers


def _fresh(cipher: AESGCM, subject: bytes, bucket: int, generation: int) -> bytes:
    return wrap_data_key(
        cipher, os.urandom(32), subject=subject, bucket=bucket, generation=generation
    )
