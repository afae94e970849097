"""`manage.py restore DIR`: the database, and only where it was lost the key store, put back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from config.backups import key_copies, loading
from config.backups.errors import BackupRefused
from config.backups.manifest import NAME
from keys import actions as key_actions
from keys import queries as keys
from keys.errors import KeyProblem

EVERY = 64 << 20


class Command(BaseCommand):
    """Everything is checked before anything is overwritten."""

    requires_system_checks = ()
    help = "Put a backup of the database back; then run restore_gate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which backup, and what may be lost for it."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="as given to `backup`")
        parser.add_argument("--which", help="a folder of DIR/database; default: the newest")
        parser.add_argument("--overwrite", action="store_true", help="lose what the database holds")
        parser.add_argument("--keys", action="store_true", help="the key store was lost: it too")
        parser.add_argument("--keys-dir", type=Path, help="its copy; default: DIR/keys")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Prints progress and what comes next; CommandError says what to do."""
        if "owner" not in settings.DATABASES:
            raise CommandError("Set DATABASE_OWNER_URL: the owner makes the tables.")
        self._shown = 0
        try:
            self._restore(folder, options)
        except (BackupRefused, KeyProblem) as refused:
            raise CommandError(str(refused)) from None
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error

    def _restore(self, folder: Path, options: dict[str, Any]) -> None:
        place = _chosen(folder / "database", options["which"])
        self.stdout.write(f"Checking {place} ...")
        found = loading.check(place, progress=self._progress)
        loading.refuse_newer(found)
        loading.refuse_full(overwrite=options["overwrite"])
        if options["keys"]:
            key_copies.put_back(options["keys_dir"] or folder / "keys")
            self.stdout.write("The key store is back. Make a copy of it at once.")
        key_copies.refuse_missing_store()
        # Because the gate must be closed before the first old row can be read.
        closed = max(keys.high_water_mark(), found.about["high_water"]) + 1
        key_actions.raise_high_water_mark(closed)
        self.stdout.write(f"Loading the database of {found.made_at} ...")
        self._shown = 0
        loading.load(place, found, progress=self._progress)
        self.stdout.write(
            f"The database is back, with a log of {found.about['log_size']} entries. Now run "
            "`manage.py restore_gate`: until then nothing is answered."
        )

    def _progress(self, what: str, done: int) -> None:
        if done - self._shown >= EVERY:
            self._shown = done
            self.stdout.write(f"{what}: {done >> 20} MiB")


def _chosen(databases: Path, which: str | None) -> Path:
    if which is not None:
        return databases / Path(which).name
    found = sorted(path.parent for path in databases.glob(f"*/{NAME}"))
    if not found:
        raise BackupRefused(f"{databases} holds no complete backup.")
    return found[-1]
