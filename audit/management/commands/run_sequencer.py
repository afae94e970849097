"""`manage.py run_sequencer`: the process that orders and signs the log."""

import signal
from datetime import UTC, datetime
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from setproctitle import setproctitle

from audit.errors import LogProblem
from audit.publishing import log_directory, signer
from audit.sequencer import Sequencer
from keys.errors import KeyProblem


class Command(BaseCommand):
    """Stops cleanly, with exit status 0, on SIGTERM and SIGINT."""

    # Because this must work, and start quickly, whatever state the pages are in.
    requires_system_checks = ()
    help = "Order and sign the log until stopped; several may run, one works."

    def handle(self, *args: Any, **options: Any) -> None:
        """Works until a signal; raises CommandError when a person must look."""
        if "sequencer" not in settings.DATABASES:
            raise CommandError("Set DATABASE_SEQUENCER_URL to the address of the sequencer's role.")
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        setproctitle("sayso: sequencer")
        try:
            worker = Sequencer(signer=signer(), directory=log_directory())
            worker.run(stop=stop, clock=lambda: datetime.now(UTC))
        except (LogProblem, KeyProblem) as problem:
            raise CommandError(str(problem)) from problem
