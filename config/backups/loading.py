"""Putting a dump back: checked whole before anything is dropped, loaded in one transaction."""

import subprocess
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader

from config import grants
from config.backups import dumping, manifest, programs
from config.backups.errors import BackupRefused
from config.backups.manifest import Manifest
from keys.errors import BoxRefused
from profiles.sealed_files import read_sealed

PATIENCE = "10s"


def check(folder: Path, *, progress: dumping.Progress) -> Manifest:
    """Opens every byte of a dump and lets `pg_restore` read it; raises BackupRefused."""
    sealing, signing = manifest.backup_keys()
    found = manifest.read(folder, key=signing)
    _feed([programs.program("pg_restore"), "--file=/dev/null"], folder, found, sealing, progress)
    return found


def refuse_newer(found: Manifest) -> None:
    """Raises BackupRefused where this release does not know the dump's migrations."""
    known = MigrationLoader(None).disk_migrations.keys()
    unknown = [name for name in found.about["migrations"].items() if name not in known]
    if unknown:
        raise BackupRefused(
            f"The dump was made by a newer release ({unknown[0][0]} {unknown[0][1]}). Restore it "
            "with that release."
        )


def refuse_full(*, overwrite: bool) -> None:
    """Raises BackupRefused where the database holds tables, unless they may go."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        (tables,) = cursor.fetchone()
    if tables and not overwrite:
        raise BackupRefused(
            f"The database holds {tables} tables. Restore into an empty one, or say --overwrite "
            "to lose everything that is in this one."
        )


def load(folder: Path, found: Manifest, *, progress: dumping.Progress) -> None:
    """Empties the database, loads the dump, migrates it to this release and grants."""
    sealing, _ = manifest.backup_keys()
    database = connections["owner"]
    grants.create_missing_roles(database)
    _empty()
    database.close()
    name = database.settings_dict["NAME"]
    command: list[str | Path] = [programs.program("pg_restore"), f"--dbname={name}"]
    command += ["--single-transaction", "--exit-on-error", "--no-privileges"]
    _feed(command, folder, found, sealing, progress)
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    with database.cursor() as cursor:
        cursor.execute("ANALYZE")


def _empty() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE}'")
        try:
            cursor.execute(
                "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner"
            )
        except DatabaseError as error:
            raise BackupRefused(
                "The database cannot be emptied; nothing was changed. Stop every process of the "
                f"service and restore again. ({type(error.__cause__).__name__})"
            ) from error


def _feed(
    command: list[str | Path],
    folder: Path,
    found: Manifest,
    sealing: bytes,
    progress: dumping.Progress,
) -> None:
    given = 0
    with subprocess.Popen(
        command, env=programs.environment(), stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdin is not None and child.stderr is not None  # noqa: S101
        try:
            for chunk in read_sealed(folder / found.file, key=sealing):
                child.stdin.write(chunk)
                given += len(chunk)
                progress("database", given)
            child.stdin.close()
        except BrokenPipeError:
            pass
        except BoxRefused as error:
            child.kill()
            raise BackupRefused(f"{folder / found.file}: {error} Take another backup.") from error
        reason = child.stderr.read(2000).decode(errors="replace").strip()
    if child.returncode:
        raise BackupRefused(f"pg_restore failed: {reason}")
