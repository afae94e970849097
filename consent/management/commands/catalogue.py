"""`manage.py catalogue export|import|diff`: the whole catalogue as one document."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consent.actions import cataloguing
from consent.actions.cataloguing import CatalogueRefused
from consent.catalogue_differences import Difference, differences, in_words
from consent.catalogue_faults import faults
from consent.errors import ConsentRefused
from consent.queries import catalogue_document

STDIO = "-"
LIVE = "live"
# As diff(1) has it: 1 says that something differs, more that it could not be told.
DIFFERENT, FAILED = 1, 2


class Command(BaseCommand):
    """Export it, import it, or say what differs."""

    help = "The catalogue as one document: controllers, data, channels, purposes, recipients, law."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """export [--at TIME] FILE, import FILE [--dry-run], diff OLD NEW."""
        words = parser.add_subparsers(dest="word", required=True)
        export = words.add_parser("export", help="Write the live catalogue to a file.")
        export.add_argument("file", help="the file, - for standard output")
        export.add_argument("--at", type=_moment, help="as it stood then (RFC 3339)")
        bring_in = words.add_parser("import", help="Bring the catalogue to what a file says.")
        bring_in.add_argument("file", nargs="?", help="- for standard input; left out: as shipped")
        bring_in.add_argument("--dry-run", action="store_true", help="only say what would change")
        bring_in.add_argument("--by", default="operator", help="who does it, for the record")
        bring_in.add_argument(
            "--accept-weaker",
            default="",
            metavar="NAME",
            help="the officer who answers for law that protects less than what ships",
        )
        diff = words.add_parser("diff", help="Say what differs; exits with 1 where something does.")
        diff.add_argument("old", help="a file, or live")
        diff.add_argument("new", help="a file, or live")
        diff.add_argument("--json", action="store_true", help="one JSON list instead of lines")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        """One of the three words."""
        if word == "export":
            self._export(options["file"], options["at"])
        elif word == "import":
            self._import(options)
        else:
            self._diff(options["old"], options["new"], as_json=options["json"])

    def _export(self, file: str, at: datetime | None) -> None:
        try:
            found = catalogue_document.document_at(at) if at else catalogue_document.document()
        except LookupError as error:
            raise CommandError(str(error)) from error
        text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        if file == STDIO:
            self.stdout.write(text, ending="")
        else:
            Path(file).write_text(text, encoding="utf-8")

    def _import(self, options: dict[str, Any]) -> None:
        try:
            found = cataloguing.bring_in(
                document=_read(options["file"]),
                by=options["by"],
                at=timezone.now(),
                accept_weaker=options["accept_weaker"],
                dry_run=options["dry_run"],
            )
        except CatalogueRefused as error:
            raise CommandError(_lines(error.faults)) from error
        except ConsentRefused as error:
            raise CommandError(f"{error.pointer}: {error.detail} {error.fix}") from error
        self._tell(found)
        done = "Nothing was written." if options["dry_run"] else "Imported."
        self.stdout.write(done if found else "The catalogue says this already.")

    def _diff(self, old: str, new: str, *, as_json: bool) -> None:
        found = differences(_document(old), _document(new))
        if as_json:
            shown = [difference.as_json() for difference in found]
            self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=1))
        else:
            self._tell(found)
        if found:
            sys.exit(DIFFERENT)

    def _tell(self, found: list[Difference]) -> None:
        for line in in_words(found):
            self.stdout.write(line)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("The time needs its offset.")
    return moment


def _read(file: str | None) -> Any:
    if file is None:
        return cataloguing.default_document()
    try:
        text = sys.stdin.read() if file == STDIO else Path(file).read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, ValueError) as error:
        raise CommandError(f"This cannot be read as JSON: {error}", returncode=FAILED) from error


def _document(name: str) -> Any:
    if name == LIVE:
        return catalogue_document.document()
    found = _read(name)
    wrong = faults(found)
    if wrong:
        raise CommandError(_lines(wrong), returncode=FAILED)
    return found


def _lines(found: Iterable[tuple[str, str]]) -> str:
    return "\n".join(
        ["The document cannot be loaded:", *(f"  {pointer}: {says}" for pointer, says in found)]
    )
