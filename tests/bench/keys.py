"""The keys of a million people: forgetting one of them, and sealing and opening a value."""

import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from audit.identifiers import uuid7
from keys import actions, queries
from keys.envelope import open_, seal
from tests.bench import measuring, report

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
AT_ONCE = 100_000
ERASED = 60
VALUE = b'{"email":"nobody@example.org","since":"2026-11-22"}'
PLACE = b"0193e0b2-3c44-7b51-8000-0d7f1a2b3c4d|email|1"
# The floor: a row deleted for good, and nothing done about its copies.
BARE_TABLE = "CREATE TABLE bare (subject BLOB PRIMARY KEY, wrapped BLOB) WITHOUT ROWID"
BARE_DELETE = "DELETE FROM bare WHERE subject = ?"


def main() -> None:
    """Print the figures as one JSON object."""
    ids = [uuid7() for _ in range(PEOPLE)]
    started = time.process_time()
    for start in range(0, PEOPLE, AT_ONCE):
        actions.create_data_keys(ids[start : start + AT_ONCE])
    made = (time.process_time() - started) / PEOPLE
    report.give({"create_key_us": made * 1e6} | erasures(ids) | sealing(ids[1]))


def erasures(ids: list[UUID]) -> dict[str, float]:
    """Milliseconds of an erasure, and beside each of one bare durable DELETE."""
    bare = sqlite3.connect(settings.KEYSTORE_DIR.parent / "bare.sqlite3", isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute(BARE_TABLE)
    bare.execute("BEGIN")
    bare.executemany("INSERT INTO bare VALUES (?, ?)", ((one.bytes, bytes(61)) for one in ids))
    bare.execute("COMMIT")
    found: dict[str, list[float]] = {"erase": [], "delete": [], "core": []}
    for subject_id in ids[7 :: len(ids) // ERASED][:ERASED]:
        found["delete"].append(
            _seconds(lambda one=subject_id.bytes: bare.execute(BARE_DELETE, (one,)))
        )
        spent = time.process_time()
        found["erase"].append(_seconds(lambda one=subject_id: actions.erase(one)))
        found["core"].append(time.process_time() - spent)
        if not queries.is_erased(subject_id):
            raise RuntimeError("nobody was erased")
    bare.close()
    return {
        "erase_key_p50_ms": statistics.median(found["erase"]) * 1e3,
        "erase_key_p99_ms": measuring.percentile(found["erase"], 0.99) * 1e3,
        "erase_key_core_ms": statistics.median(found["core"]) * 1e3,
        "delete_key_p50_ms": statistics.median(found["delete"]) * 1e3,
    }


def sealing(subject_id: UUID) -> dict[str, float]:
    """Microseconds of one core for a value, its key from memory; the bare cipher, and Fernet."""
    key = queries.data_key(subject_id)
    cipher, fernet, nonce = AESGCM(key), Fernet(Fernet.generate_key()), bytes(12)
    box, bare = seal(key, VALUE, aad=PLACE), cipher.encrypt(nonce, VALUE, PLACE)
    token = fernet.encrypt(VALUE)
    found = measuring.rounds(
        {
            "field_encrypt_us": lambda: seal(queries.data_key(subject_id), VALUE, aad=PLACE),
            "field_decrypt_us": lambda: open_(queries.data_key(subject_id), box, aad=PLACE),
            "cipher_encrypt_us": lambda: cipher.encrypt(nonce, VALUE, PLACE),
            "cipher_decrypt_us": lambda: cipher.decrypt(nonce, bare, PLACE),
            "fernet_encrypt_us": lambda: fernet.encrypt(VALUE),
            "fernet_decrypt_us": lambda: fernet.decrypt(token),
        },
        times=3_000,
        count=9,
        clock=measuring.processor,
    )
    return {name: 1e6 / statistics.median(rates) for name, rates in found.items()}


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
