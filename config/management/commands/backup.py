"""`manage.py backup DIR`: the database and, apart from it, the key store, sealed."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from config.backups import dumping, key_copies, loading
from config.backups.errors import BackupRefused
from keys.errors import KeyProblem
from profiles.actions import restoring
from profiles.errors import RestoreGateClosed

EVERY = 64 << 20


class Command(BaseCommand):
    """`DIR/database/TIME/` holds one dump each, `DIR/keys/` the newest copy of the key store."""

    requires_system_checks = ()
    help = "Back up the database and the key store, apart and encrypted; --verify checks them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to; the key store may go elsewhere, and should."""
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--keys-dir", type=Path, help="for the key store; default: DIR/keys")
        parser.add_argument("--verify", action="store_true", help="check every backup in DIR")

    def handle(
        self, *args: Any, folder: Path, keys_dir: Path | None, verify: bool, **options: Any
    ) -> None:
        """Prints progress and what was made; CommandError says what to do."""
        if "owner" not in settings.DATABASES:
            raise CommandError(
                "Set DATABASE_OWNER_URL: only the owner of the tables may read all of them."
            )
        self._shown = 0
        try:
            work = self._verify if verify else self._make
            work(folder / "database", keys_dir or folder / "keys")
        except (BackupRefused, KeyProblem, RestoreGateClosed) as refused:
            raise CommandError(str(refused)) from None
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error

    def _make(self, databases: Path, keys: Path) -> None:
        at = datetime.now(UTC)
        place = databases / f"{at:%Y%m%dT%H%M%S%fZ}"
        made = dumping.dump(place, at=at, progress=self._progress)
        self.stdout.write(
            f"{place}: {made.sealed_bytes} bytes, log of {made.about['log_size']} entries."
        )
        # Because this dump must be noticed as one of the past, should it ever come back.
        restoring.raise_marks()
        copied = key_copies.copy(keys, at=datetime.now(UTC))
        self.stdout.write(f"{keys}: {copied.sealed_bytes} bytes. Keep no older copy of these.")

    def _verify(self, databases: Path, keys: Path) -> None:
        found = sorted(path for path in databases.glob("*") if path.is_dir())
        if not found:
            raise BackupRefused(f"{databases} holds no backup. Make one: manage.py backup DIR")
        for place in found:
            self._shown = 0
            loading.check(place, progress=self._progress)
            self.stdout.write(f"{place}: whole.")
        key_copies.check(keys)
        self.stdout.write(f"{keys}: whole.")

    def _progress(self, what: str, done: int) -> None:
        if done - self._shown >= EVERY:
            self._shown = done
            self.stdout.write(f"{what}: {done >> 20} MiB")
