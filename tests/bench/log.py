"""The log: what it costs those who write, and how fast a million entries are read and proven."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command

from tests.bench import log_reading, log_writing, report


def main() -> None:
    """Print the figures as one JSON object; a smaller log with BENCH_EVENTS."""
    call_command("migrate", verbosity=0)
    found = log_writing.measure()
    report.give(found | log_reading.measure(int(os.environ.get("BENCH_EVENTS", "1000000"))))


if __name__ == "__main__":
    sys.exit(main())
