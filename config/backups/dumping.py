"""Dumping the database: one snapshot, `pg_dump` in custom format, sealed on its way to disk."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from config.backups import manifest, programs
from config.backups.errors import BackupRefused
from config.backups.manifest import Manifest
from profiles.sealed_files import SealedWriter

FILE = "database.dump.sealed"
CHUNK = 1 << 20
Progress = Callable[[str, int], None]


def dump(folder: Path, *, at: datetime, progress: Progress) -> Manifest:
    """Makes `folder`, with the sealed dump and its manifest; `progress` hears of bytes."""
    sealing, signing = manifest.backup_keys()
    program = programs.program("pg_dump")
    with _snapshot() as (snapshot, about):
        command: list[str | Path] = [program, "--format=custom", f"--snapshot={snapshot}"]
        with SealedWriter(folder / FILE, key=sealing) as writer:
            for chunk in _output(command):
                writer.write(chunk)
                progress("database", writer.size)
    path = folder / FILE
    made = Manifest(
        kind="database",
        made_at=at.isoformat(),
        file=FILE,
        plain_bytes=writer.size,
        sealed_bytes=path.stat().st_size,
        sha256=manifest.digest(path),
        about=about,
    )
    manifest.write(folder, made, key=signing)
    return made


@contextmanager
def _snapshot() -> Iterator[tuple[str, dict[str, Any]]]:
    """A snapshot that `pg_dump` can share, and what the database says of itself in it."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, version = cursor.fetchone()
        cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
        about: dict[str, Any] = {"postgresql": version, "migrations": dict(cursor.fetchall())}
        cursor.execute("SELECT size, encode(root, 'base64') FROM audit_head")
        about["log_size"], about["log_root"] = cursor.fetchone()
        cursor.execute("SELECT number FROM profiles_highwater")
        (about["high_water"],) = cursor.fetchone()
        yield snapshot, about


def _output(command: list[str | Path]) -> Iterator[bytes]:
    with subprocess.Popen(
        command, env=programs.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None and child.stderr is not None  # noqa: S101
        try:
            while chunk := child.stdout.read(CHUNK):
                yield chunk
        except BaseException:
            child.kill()
            raise
        reason = child.stderr.read(2000).decode(errors="replace").strip()
    if child.returncode:
        raise BackupRefused(f"pg_dump failed; the backup was not made: {reason}")
