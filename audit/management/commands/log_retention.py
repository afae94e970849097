"""`manage.py log_retention`: which months may go, what they hold, why the others stay."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from audit import months, pruning
from audit.publishing import log_directory, publish_minimum
from audit.retention import parse


class Command(BaseCommand):
    """Only looks, unless --prune or --policy is given."""

    # Because this must work, and start quickly, whatever state the pages are in.
    requires_system_checks = ()
    help = "Show how long the log is kept; prune what two officers approved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One thing at a time."""
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--prune", action="store_true", help="prune the approved months")
        what.add_argument("--policy", type=Path, metavar="FILE", help="put this policy in force")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints one line for each rule and month; raises CommandError that says what to do."""
        try:
            if options["policy"]:
                self._set_policy(options["policy"])
            if options["prune"]:
                self._prune()
            self._show()
        except (OSError, ValueError, DatabaseError) as problem:
            raise CommandError(str(problem).strip()) from problem

    def _set_policy(self, path: Path) -> None:
        if "owner" not in settings.DATABASES:
            raise CommandError("Set DATABASE_OWNER_URL: only the owner changes the policy.")
        pruning.set_policy(rules=parse(path.read_text(encoding="utf-8")), at=datetime.now(UTC))

    def _prune(self) -> None:
        if "pruner" not in settings.DATABASES:
            raise CommandError("Set DATABASE_PRUNER_URL to the address of the pruner's role.")
        for approved in months.approved():
            count = pruning.prune(approved=approved, at=datetime.now(UTC))
            self.stdout.write(f"{approved}: {count} bodies are gone; tiles and proofs stay.")
        publish_minimum(log_directory(), months.minimum_index())

    def _show(self) -> None:
        for rule in months.rules():
            since = "after its end" if rule.keeper else "after the month"
            place = f"{rule.kind} {rule.jurisdiction}"
            self.stdout.write(f"rule {place}: {rule.months} months {since} ({rule.source})")
        for found in months.months():
            self.stdout.write(_line(found))
        self.stdout.write(f"every body from index {months.minimum_index()} on is kept")


def _line(found: months.Month) -> str:
    if found.work is None:
        state = "may be proposed" if not found.stays else "stays"
    else:
        state = "approved" if found.work.approved_by else "proposed, waits for a second officer"
    held = ", ".join(f"{kind} {count}" for kind, count in sorted(found.kinds.items())) or "nothing"
    why = "; ".join(_reason(reason) for reason in found.stays)
    return f"{found.month:%Y-%m}: {state}. Holds {held}." + (f" Because: {why}." if why else "")


def _reason(found: months.Stays) -> str:
    until = f" until {found.until:%Y-%m-%d}" if found.until else ""
    count = f" ({found.events})" if found.events else ""
    return f"{found.why.replace('_', ' ')} {found.what}".strip() + count + until
