"""The sealed copy of the key store: one, and only the newest."""

import io
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from django.conf import settings

from config.backups import manifest
from config.backups.errors import BackupRefused
from config.backups.manifest import Manifest
from keys import actions as key_actions
from keys import files
from keys import queries as keys
from keys.errors import BoxRefused
from profiles.sealed_files import SealedWriter, read_sealed

FILE = "key-store.tar.sealed"


def copy(folder: Path, *, at: datetime) -> Manifest:
    """Puts a copy of the key store as it is now in the place of the one before, which is gone."""
    sealing, signing = manifest.backup_keys()
    path, before = folder / FILE, folder / f".before.{os.getpid()}"
    if path.exists():
        os.link(path, before)
    with SealedWriter(path, key=sealing) as writer:
        key_actions.write_copy(cast(IO[bytes], writer))
    made = Manifest(
        kind="keys",
        made_at=at.isoformat(),
        file=FILE,
        plain_bytes=writer.size,
        sealed_bytes=path.stat().st_size,
        sha256=manifest.digest(path),
        about={"high_water": keys.high_water_mark()},
    )
    manifest.write(folder, made, key=signing)
    files.destroy(before)
    return made


def check(folder: Path) -> Manifest:
    """Opens every byte of the copy; raises BackupRefused."""
    sealing, signing = manifest.backup_keys()
    found = manifest.read(folder, key=signing)
    try:
        for _ in read_sealed(folder / found.file, key=sealing):
            pass
    except BoxRefused as error:
        raise BackupRefused(f"{folder / found.file}: {error} Take another copy.") from error
    return found


def put_back(folder: Path) -> None:
    """The key store from its copy, where there is none; raises BackupRefused, KeyProblem."""
    sealing, _ = manifest.backup_keys()
    found = check(folder)
    chunks = read_sealed(folder / found.file, key=sealing)
    key_actions.put_back(settings.KEYSTORE_DIR, io.BufferedReader(_Chunks(chunks)))


def refuse_missing_store() -> None:
    """Raises BackupRefused where no key store is there: a new one would open nothing."""
    if not (Path(settings.KEYSTORE_DIR) / "wrapped.sqlite3").exists():
        raise BackupRefused(
            f"There is no key store at {settings.KEYSTORE_DIR}, and without it nothing of the "
            "database can be read. Set KEYSTORE_DIR, or say --keys to put it back from its copy."
        )


class _Chunks(io.RawIOBase):
    """Chunks as a file that is read once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: "memoryview") -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = next(self._chunks, b"")
        taken = self._rest[: len(target)]
        target[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)
