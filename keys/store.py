"""The key store at KEYSTORE_DIR: shared by all processes of one machine, safe in threads and forks.

Layout: `wrapped.sqlite3` the wrapped data keys, `buckets/` the bucket keys, `named/` the named
keys, `generations` a map of 1,024 counters that every process sees change at once, `lock`.
"""

import fcntl
import mmap
import os
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.module_loading import import_string

from keys import files
from keys.buckets import Buckets
from keys.cache import Memory
from keys.derivation import monthly_tag, tag_key
from keys.errors import (
    BoxRefused,
    KeyDestroyed,
    KeyStoreLost,
    KeyStoreUnavailable,
    KeyUnknown,
)
from keys.root_key import root_keys
from keys.roots import Roots
from keys.wrapping import BUCKETS, bucket_of, name_place, unwrap_data_key

CACHED_KEYS = 16_384
CACHED_SECONDS = 60.0

_BUSY_MS = 15_000
_RACES = 8
_CHECK = "store-check"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")


class Held:
    """One person's key in memory, and what was derived from it."""

    __slots__ = ("_tag_key", "_tags", "data_key")

    def __init__(self, data_key: bytes) -> None:
        self.data_key = data_key
        self._tag_key: bytes | None = None
        self._tags: dict[int, bytes] = {}

    def tag(self, month: int) -> bytes:
        """The person's tag of a month (`derivation.month_of`)."""
        tag = self._tags.get(month)
        if tag is None:
            if self._tag_key is None:
                self._tag_key = tag_key(self.data_key)
            tag = self._tags[month] = monthly_tag(self._tag_key, month)
        return tag


class Store:
    """An open key store; raises KeyStoreUnsafe or KeyStoreUnavailable rather than serve doubt."""

    def __init__(self, directory: Path, *, production: bool, copy: Path | None = None) -> None:
        files.private_directory(directory)
        self.directory, self.production, self.copy = directory, production, copy
        self.check_path = directory / "named" / _CHECK
        self.roots = Roots(
            lambda: root_keys(directory, production=production),
            check=self.check_path,
            aad=name_place(_CHECK),
        )
        self.buckets = Buckets(directory / "buckets", roots=self.roots, seconds=CACHED_SECONDS)
        files.private_directory(directory / "named")
        self.generations = _shared_counters(directory / "generations")
        self._local = threading.local()
        self._named: dict[str, bytes] = {}
        self._people: Memory[int, Held] = Memory(capacity=CACHED_KEYS, seconds=CACHED_SECONDS)
        self._prepare_tables()
        self.named_key(_CHECK)

    def held(self, subject_id: UUID) -> Held:
        """A person's key; raises KeyUnknown, KeyDestroyed."""
        number = subject_id.int
        bucket = number & (BUCKETS - 1)
        mark = self.generations[bucket]
        held = self._people.get(number, mark=mark)
        if held is None:
            # Because a generation destroyed after this look at the counter changes it, a key
            # kept under the old mark is never served again.
            held = Held(self._load(subject_id, bucket))
            self._people.put(number, held, mark=mark)
        return held

    def held_many(self, subject_ids: Iterable[UUID]) -> dict[UUID, Held]:
        """The keys of many people; who is unknown or erased is left out."""
        numbers = {subject_id: subject_id.int for subject_id in subject_ids}
        marks = self.generations
        kept = self._people.get_many((n, marks[n & (BUCKETS - 1)]) for n in numbers.values())
        found = {}
        for subject_id, number in numbers.items():
            held = kept.get(number)
            try:
                found[subject_id] = self.held(subject_id) if held is None else held
            except (KeyUnknown, KeyDestroyed):
                continue
        return found

    def _load(self, subject_id: UUID, bucket: int) -> bytes:
        subject = subject_id.bytes
        for _ in range(_RACES):
            row = self.row(
                "SELECT generation, wrapped FROM data_key WHERE bucket = ? AND subject = ?",
                (bucket, subject),
            )
            if row is None:
                self._refuse(subject)
            generation, wrapped = row
            cipher = self.buckets.cipher(bucket, generation)
            if cipher is not None:
                return _unwrap(cipher, wrapped, subject, bucket, generation)
            # Because the bucket was re-wrapped between the two reads: read again.
        raise KeyStoreUnavailable("A bucket key is missing: restore it, or run reconcile_keys.")

    def _refuse(self, subject: bytes) -> NoReturn:
        if self.row("SELECT 1 FROM tombstone WHERE subject = ?", (subject,)):
            raise KeyDestroyed("The data key of this person was destroyed.")
        raise KeyUnknown("There is no data key for this person.")

    def named_key(self, name: str) -> bytes:
        """The 32-byte key of a name, made once whoever asks first."""
        key = self._named.get(name)
        if key is None:
            key = self._named[name] = self._read_or_make(name)
        return key

    def _read_or_make(self, name: str) -> bytes:
        if not _NAME.fullmatch(name):
            raise ValueError("A key name is lower case letters, digits and dashes.")
        path = self.directory / "named" / name
        box = files.read_private(path)
        try:
            if box is None:
                # Because no rotation of the root key may pass between the sealing and the file.
                with self.exclusive():
                    fresh = self.roots.seal(os.urandom(32), aad=name_place(name))
                    files.create_private(path, fresh)
                files.sync_directory(path.parent)
                box = files.read_private(path)
            return self.roots.open(box or b"", aad=name_place(name))
        except BoxRefused as error:
            raise KeyStoreUnavailable(
                f"The key store at {self.directory} does not open with this root key. "
                "Give the KEK that it was made with."
            ) from error

    def require_present(self) -> None:
        """Raises KeyStoreLost where the files went while they were in use."""
        if not is_made(self.directory):
            raise KeyStoreLost(
                f"The key store at {self.directory} is gone: restore it from its copy."
            )

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Holds the store against every other destroyer, in all processes."""
        with files.readable(self.directory):
            descriptor = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One durable SQLite transaction; all other writers wait."""
        with _answering():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def row(self, sql: str, parameters: tuple[object, ...] = ()) -> tuple[int, bytes] | None:
        """One row, or None."""
        with _answering():
            found: tuple[int, bytes] | None = self._connection().execute(sql, parameters).fetchone()
            return found

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[int, bytes]]:
        """All rows."""
        with _answering():
            return self._connection().execute(sql, parameters).fetchall()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self.directory / "wrapped.sqlite3", isolation_level=None, check_same_thread=False
            )
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            connection.execute("PRAGMA journal_mode = WAL")
            # Because the old bucket key is destroyed right after the commit that re-wrapped its
            # people: losing that commit to a power cut would lose them.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            self._local.connection = connection
        return connection

    def _prepare_tables(self) -> None:
        path = self.directory / "wrapped.sqlite3"
        with files.readable(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            found = os.fstat(descriptor)
            os.close(descriptor)
        files.require_private(path, found)
        complete = is_made(self.directory)
        with _answering():
            if self._connection().execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                return
            if complete:
                raise KeyStoreLost(f"{path} was lost: restore the key store from its copy.")
            self._connection().executescript(_SCHEMA)


def store() -> Store:
    """The store of this process, opened at the first use."""
    directory: Path = settings.KEYSTORE_DIR
    found = _OPEN.get(directory)
    if found is None:
        with _OPENING:
            found = _OPEN.get(directory)
            if found is None:
                if not is_made(directory):
                    import_string(settings.KEYSTORE_GUARD)()
                found = Store(
                    directory,
                    production=settings.SAYSO_ENV == "production",
                    copy=settings.KEYSTORE_COPY_DIR,
                )
                _OPEN[directory] = found
    return found


def is_made(directory: Path) -> bool:
    """Whether a whole store was made at `directory` once."""
    # Because the check key is made last, a store that has it had everything else.
    with files.readable(directory):
        return (directory / "named" / _CHECK).exists()


def bucket_members(subject_ids: list[UUID]) -> dict[int, list[bytes]]:
    """The subject ids as bytes, by bucket."""
    members: dict[int, list[bytes]] = {}
    for subject_id in subject_ids:
        members.setdefault(bucket_of(subject_id), []).append(subject_id.bytes)
    return members


def _unwrap(cipher: AESGCM, wrapped: bytes, subject: bytes, bucket: int, generation: int) -> bytes:
    try:
        return unwrap_data_key(
            cipher, wrapped, subject=subject, bucket=bucket, generation=generation
        )
    except BoxRefused as error:
        raise KeyStoreUnavailable("A wrapped data key was altered or moved.") from error


def _shared_counters(path: Path) -> "memoryview[int]":
    if not path.exists():
        files.create_private(path, bytes(4 * BUCKETS))
    with files.readable(path):
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            files.require_private(path, os.fstat(descriptor))
            shared = mmap.mmap(descriptor, 4 * BUCKETS)
        finally:
            os.close(descriptor)
    return memoryview(shared).cast("I")


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise KeyStoreUnavailable(f"The key store does not answer: {error}.") from error


_OPEN: dict[Path, Store] = {}
_OPENING = threading.Lock()
_INHERITED: list[Store] = []


def _start_afresh_after_fork() -> None:
    # Because SQLite connections must not cross a fork, nor be closed by the child: the child
    # keeps what it inherited, unused, and opens its own.
    global _OPENING
    _OPENING = threading.Lock()
    _INHERITED.extend(_OPEN.values())
    _OPEN.clear()


os.register_at_fork(after_in_child=_start_afresh_after_fork)
