"""Making and destroying data keys."""

import os
import sqlite3
from collections.abc import Iterable
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.destruction import Erased, destroy_data_key, reconcile_store
from keys.errors import KeyDestroyed, KeyStoreUnavailable
from keys.store import Store, bucket_members, store
from keys.wrapping import wrap_data_key

__all__ = ["Erased", "create_data_keys", "erase", "reconcile"]


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
    """Finishes erasures that a crash interrupted; returns how many things it put right."""
    return reconcile_store(store())


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
