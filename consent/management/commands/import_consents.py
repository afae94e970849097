"""`manage.py import_consents FILE.ndjson`: past consent events from a file, line by line."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consent.api import imports
from consent.api.tokens import Caller
from consent.queries import catalogue as catalogues

CHUNK = 65_536


class Command(BaseCommand):
    help = "Import past consent events; a file may be imported again, nothing is recorded twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="NDJSON, one event per line; - for stdin")
        parser.add_argument("--recipient", default="shop", help="who the lines come from")
        parser.add_argument("--workers", type=int, default=2, help="processes side by side")
        parser.add_argument("--all", action="store_true", help="also print what was recorded")

    def handle(self, *args: Any, file: Path, recipient: str, **options: Any) -> None:
        run = imports.EventImport(_caller(recipient), timezone.now, workers=options["workers"])
        try:
            with sys.stdin.buffer if str(file) == "-" else file.open("rb") as source:
                for result in run.run(_chunks(source)):
                    self._show(result, everything=options["all"])
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        if run.refused:
            raise CommandError(f"{run.refused:,} lines were refused; the others went through.")

    def _show(self, result: dict[str, Any], *, everything: bool) -> None:
        if everything or result.get("status") not in {"recorded", "repeated"}:
            self.stdout.write(imports.encode(result).decode(), ending="")
        if result.get("summary", {}).get("complete") is False:
            raise CommandError("The store went away; run the command again to go on.")


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: source.read(CHUNK), b"")


def _caller(recipient: str) -> Caller:
    entry = catalogues.catalogue().recipients.get(recipient)
    if entry is None:
        raise CommandError("The catalogue has no such recipient; name one with --recipient.")
    first_party = entry.role == "first_party"
    return Caller(f"command:{recipient}", recipient, first_party, frozenset({"consent:write"}), 0)
