"""Lists `demo_reset` in `manage.py help`; manage.py itself runs it, without settings."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.launcher import reset


class Command(BaseCommand):
    """Forget the development data."""

    help = "Deletes the development data, so that the next start is a first one."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--yes is needed where a real server is named."""
        parser.add_argument("--yes", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Deletes."""
        raise SystemExit(reset.main(["--yes"] if options["yes"] else []))
