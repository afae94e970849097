"""Lists `dev` in `manage.py help`; manage.py itself runs it, before any settings are read."""

from typing import Any

from django.core.management.base import BaseCommand

from config.launcher import development


class Command(BaseCommand):
    """Run the whole service on this machine."""

    help = "Starts the databases, the web server and the workers; Ctrl-C stops all of them."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs until stopped."""
        raise SystemExit(development.main([]))
