"""`manage.py run_witness_publisher`: the process that asks witnesses for cosignatures."""

import signal
from datetime import UTC, datetime
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from setproctitle import setproctitle

from audit import witnesses
from audit.policy_files import PolicyProblem
from audit.publishing import log_directory
from audit.witnessing import Publisher


class Command(BaseCommand):
    """Stops cleanly, with exit status 0, on SIGTERM and SIGINT."""

    # Because this must work, and start quickly, whatever state the pages are in.
    requires_system_checks = ()
    help = "Bring checkpoints to the witnesses of WITNESS_POLICY_FILE until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Works until a signal; raises CommandError when a person must look."""
        try:
            policy = witnesses.policy()
        except PolicyProblem as problem:
            raise CommandError(f"The policy of witnesses is not right. {problem}") from problem
        if policy is None:
            raise CommandError("Set WITNESS_POLICY_FILE to the file that names the witnesses.")
        if not any(witness.url for witness in policy.witnesses.values()):
            raise CommandError("No witness of the policy has an address: add one to its line.")
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        setproctitle("sayso: witnesses")
        try:
            publisher = Publisher(policy=policy, directory=log_directory())
        except Error as error:
            raise CommandError("The database does not answer: check DATABASE_URL.") from error
        publisher.run(
            stop=stop, clock=lambda: datetime.now(UTC), period=settings.WITNESS_PERIOD_SECONDS
        )
