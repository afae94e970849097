"""`manage.py import_profiles FILE --mapping MAP.yaml`: one's own people, from CSV or Parquet."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consent.queries import catalogue as catalogues
from profiles import mapping, tables
from profiles.actions.bringing_in import PeopleImport, Result
from profiles.queries.declared import declared_attributes

EVERY = 10_000


class Command(BaseCommand):
    help = "Bring in people with their attributes and consents; a run may be repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV with a header (UTF-8), or Parquet")
        parser.add_argument("--mapping", type=Path, required=True, help="YAML: columns to people")
        parser.add_argument("--recipient", default="shop", help="the first party whose file it is")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything, write nothing"
        )
        parser.add_argument(
            "--update", action="store_true", help="also bring values of people known"
        )

    def handle(self, *args: Any, file: Path, recipient: str, **options: Any) -> None:
        entry = catalogues.catalogue().recipients.get(recipient)
        if entry is None or entry.role != "first_party":
            raise CommandError("Name a first party of the catalogue with --recipient.")
        try:
            text = options["mapping"].read_text(encoding="utf-8")
            mapped = mapping.read(text, declared=declared_attributes())
            rows = tables.rows(file, wanted=mapped.columns(), delimiter=mapped.delimiter)
            run = PeopleImport(
                mapped, recipient, timezone.now, options["dry_run"], options["update"]
            )
            began = time.monotonic()
            for result in run.run(rows):
                self._show(result, began)
        except OSError as error:
            raise CommandError(f"The mapping cannot be read: {error.strerror}.") from error
        except (mapping.MappingRefused, tables.TableRefused) as error:
            raise CommandError(str(error)) from error
        self._sum_up(run)

    def _show(self, result: Result, began: float) -> None:
        for fault in result.faults:
            where = f", column {fault.column}" if fault.column else ""
            self.stdout.write(f"Row {result.row}{where}: {fault.code}: {fault.reason}.")
        if result.status == "known":
            self.stdout.write(f"Row {result.row}: KNOWN: somebody we know, left as they are.")
        if result.row % EVERY == 0:
            speed = result.row / max(time.monotonic() - began, 1e-6)
            self.stdout.write(f"{result.row:,} rows ({speed:,.0f} per second) ...")

    def _sum_up(self, run: PeopleImport) -> None:
        counts = run.counts
        verb = "would be" if run.dry_run else "were"
        self.stdout.write(
            f"{sum(counts.values()):,} rows: {counts['new']:,} people {verb} brought in, "
            f"{counts['updated']:,} updated, {counts['known']:,} known before, "
            f"{counts['refused']:,} refused; {run.values:,} values, {run.consents:,} answers."
        )
        if counts["refused"]:
            raise CommandError(f"{counts['refused']:,} rows were refused; the others went through.")
