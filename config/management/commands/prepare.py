"""`manage.py prepare`: everything between an empty database and one that can serve."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

DEMOS = ("full", "small", "none")


class Command(BaseCommand):
    """Migrate, grant, load the demonstration data if it is not there, collect static files."""

    help = "Brings the database up to date and loads the demonstration data where asked."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--demo says how much demonstration data is wanted."""
        parser.add_argument("--demo", choices=DEMOS, default="none")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step does nothing where it has been done before."""
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        if options["demo"] != "none" and "load_demo" in get_commands():
            call_command("load_demo", size=options["demo"])
        if not settings.WHITENOISE_USE_FINDERS:
            call_command("collectstatic", verbosity=0, interactive=False)
