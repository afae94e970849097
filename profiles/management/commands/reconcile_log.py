"""`manage.py reconcile_log`: compare everything that is on record with the log."""

import sys
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from profiles.actions import reconciling
from profiles.queries.reconciling import COMPARISONS


class Command(BaseCommand):
    """Exit status 0: all match; 1: something does not; 2: it could not be compared."""

    # Because this must work, and start quickly, whatever state the pages are in.
    requires_system_checks = ()
    help = "Prove that decisions, choices, uses and steps of requests match the log, both ways."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each comparison, and one for each of the first that do not match."""
        at, wrong = datetime.now(UTC), False
        for name in COMPARISONS:
            try:
                compared, found = reconciling.whole(name, at=at)
            except Error as problem:
                raise CommandError(
                    f"{name} could not be compared: {problem}", returncode=2
                ) from problem
            verdict = self.style.ERROR("BAD") if found else "OK"
            self.stdout.write(f"{verdict}: {name}, {compared} compared")
            for one in found:
                self.stdout.write(f"  {one.what} row {one.row or '-'} entry {one.entry or '-'}")
            wrong = wrong or bool(found)
        if wrong:
            sys.exit(1)
