"""`manage.py copy_log FOLDER`: the whole log as files, for an auditor to verify elsewhere."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from audit import actions
from audit.copying import copy_log
from audit.errors import LogProblem
from keys.errors import KeyProblem


class Command(BaseCommand):
    """Exit status 0: the copy is whole; 1: it is not, and has no checkpoint."""

    # Because this must work, and start quickly, whatever state the pages are in.
    requires_system_checks = ()
    help = "Copy the log into a new folder: checkpoint, key, tiles and events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, help="a folder that is new or empty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many events were copied."""
        try:
            # Because reading everything is on record before it begins.
            actions.append(kind="log.copied", at=datetime.now(UTC), facts={})
            head = copy_log(options["folder"])
        except (LogProblem, KeyProblem, OSError, Error) as problem:
            raise CommandError(f"The log could not be copied: {problem}") from problem
        if head is None:
            raise CommandError("The log has no event yet.")
        self.stdout.write(
            f"Copied {head.size} events. Hand the folder over, and the key by another way; "
            "tools/verify/README.md says how it is verified."
        )
