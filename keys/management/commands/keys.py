"""`manage.py keys status|check|copy|drill|restore|rotate|rewrap`: care of the key store."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from keys import actions, queries
from keys.errors import KeyProblem

PLACED = ("status", "check", "copy", "drill", "restore")


class Command(BaseCommand):
    """Safe beside running processes, except `restore`, which wants them stopped."""

    # Because this must work, and start quickly, whatever state the pages are in.
    requires_system_checks = ()
    help = "Look after the key store: its second copy, its root key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The place of the copy is KEYSTORE_COPY_DIR unless given."""
        parser.add_argument("does", choices=(*PLACED, "rotate", "rewrap"))
        parser.add_argument("--copy", type=Path, default=settings.KEYSTORE_COPY_DIR)
        parser.add_argument("--people", type=int, default=100, help="canaries of a drill")

    def handle(self, *args: Any, does: str, **options: Any) -> None:
        """Prints one line; exit status 1 says that something is wrong, and what."""
        try:
            getattr(self, f"_{does}")(options)
        except KeyProblem as problem:
            raise CommandError(str(problem)) from problem

    def _status(self, options: dict[str, Any]) -> None:
        queries.check()
        found = queries.standing()
        self.stdout.write(
            f"{found.people} people have keys, {found.erased} were erased, "
            f"{found.pending} erasures wait, {found.buckets} bucket keys."
        )
        if options["copy"] is not None:
            self._compared(queries.compared(options["copy"]))

    def _check(self, options: dict[str, Any]) -> None:
        opened = queries.open_all(self._progress)
        self.stdout.write(f"All {opened} data keys open.")
        if options["copy"] is not None:
            self._compared(queries.compared(options["copy"]))

    def _copy(self, options: dict[str, Any]) -> None:
        self._compared(actions.copy_to(_place(options)))

    def _drill(self, options: dict[str, Any]) -> None:
        found = actions.drill(_place(options), people=options["people"])
        line = f"{found.opened} of {found.tried} canaries opened in {found.seconds:.1f} s."
        if found.opened < found.tried:
            raise CommandError(f"{line} Bring the copy up to date with: manage.py keys copy")
        self.stdout.write(line)

    def _restore(self, options: dict[str, Any]) -> None:
        people = actions.restore(_place(options))
        self.stdout.write(f"{people} people have their keys again. Now: manage.py reconcile_keys")

    def _rotate(self, options: dict[str, Any]) -> None:
        done = actions.rotate(progress=self._progress)
        self.stdout.write(
            f"{done} files were sealed under the new root key. Where KEK_NEXT named it, "
            "let KEK name it now, and destroy the old one."
        )

    def _rewrap(self, options: dict[str, Any]) -> None:
        changed = actions.rewrap()
        self.stdout.write("Wrapped anew." if changed else "Already under the newest version.")

    def _compared(self, found: Any) -> None:
        line = f"The copy lacks {found.missing} of {found.people} keys"
        if found.undead:
            raise CommandError(
                f"{line} and still opens {found.undead} erased people. Type: manage.py keys copy"
            )
        self.stdout.write(f"{line}.")

    def _progress(self, done: int, whole: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:>12} of {whole}", ending="")


def _place(options: dict[str, Any]) -> Path:
    if options["copy"] is None:
        raise CommandError("Say where the copy is: set KEYSTORE_COPY_DIR, or give --copy.")
    return Path(options["copy"]).resolve()
