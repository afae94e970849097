"""`manage.py reconcile_keys`: finish key erasures that a crash interrupted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from keys.actions import reconcile
from keys.errors import KeyProblem


class Command(BaseCommand):
    """Safe at any time, beside running processes."""

    # Because this must work, and start quickly, whatever state the pages are in.
    requires_system_checks = ()
    help = "Finish key erasures that a crash interrupted."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many things were put right."""
        try:
            finished = reconcile()
        except KeyProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{finished} interrupted steps finished.")
