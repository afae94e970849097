"""A copy of the key store as it is now, and putting it back where there is none.

Only the newest copy may be kept: an older one holds keys that were destroyed since. The root
key is not in it.
"""

import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import IO, cast

from keys import files
from keys.errors import KeyStoreUnavailable
from keys.store import Store

_DATABASE = "wrapped.sqlite3"
# Because these live as long as the processes that share them.
_LEFT_OUT = {"lock", "generations", _DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm"}


def write_copy(store: Store, out: IO[bytes]) -> None:
    """Writes the store as a tar archive; nobody makes or destroys keys meanwhile."""
    snapshot = store.directory / f".copy.{os.getpid()}"
    with store.exclusive():
        try:
            with store.writing(), tarfile.open(fileobj=out, mode="w|") as archive:
                files.create_private(snapshot, b"")
                _snapshot(store.directory / _DATABASE, snapshot)
                archive.add(snapshot, _DATABASE)
                for path in _plain_files(store.directory):
                    archive.add(path, str(path.relative_to(store.directory)))
        finally:
            files.destroy(snapshot)


def put_back(directory: Path, source: IO[bytes]) -> None:
    """Unpacks a copy into `directory`, which holds no store; KeyStoreUnavailable otherwise."""
    files.private_directory(directory)
    if any(directory.iterdir()):
        raise KeyStoreUnavailable(
            f"{directory} is not empty: a key store is never put back over another. Move it away "
            "only when it is beyond repair."
        )
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for member in archive:
            name = PurePosixPath(member.name)
            if not member.isfile() or name.is_absolute() or ".." in name.parts:
                raise KeyStoreUnavailable("This is not a copy of a key store.")
            target = directory / name
            files.private_directory(target.parent)
            _write(target, cast(IO[bytes], archive.extractfile(member)))
    files.sync_directory(directory)


def _plain_files(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and path.name not in _LEFT_OUT:
            yield path


def _snapshot(source: Path, target: Path) -> None:
    # Because the connection that holds the others off cannot itself be read from.
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as copy:
        reading.backup(copy)


def _write(target: Path, content: IO[bytes]) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while chunk := content.read(1 << 20):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
