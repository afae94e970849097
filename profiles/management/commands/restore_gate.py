"""`manage.py restore_gate`: after a restore, erase again whom the key store knows as erased."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.utils import timezone

from audit.checkpoints import BadCheckpoint
from audit.losses import Loss, loss
from keys import actions as key_actions
from keys.errors import KeyProblem
from profiles.actions import restoring

WALKED = {"erased": "people the key store knows as erased", "keys": "people erased here"}


class Command(BaseCommand):
    """May be interrupted and run again, and does no harm where nothing was restored."""

    # Because this must work whatever state the pages are in.
    requires_system_checks = ()
    help = "After a restore: erase again whom the key store knows as erased, then open the gate."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints progress, what was done and what nobody can know."""
        try:
            lost = loss()
            key_actions.reconcile()
            done = restoring.replay(
                lost=lost, by="operator", at=timezone.now(), progress=self._progress
            )
        except BadCheckpoint as problem:
            raise CommandError(
                f"The published checkpoint cannot be read: {problem} Bring back the key store "
                "that signed it."
            ) from problem
        except KeyProblem as problem:
            raise CommandError(str(problem)) from problem
        except DatabaseError as problem:
            raise CommandError(
                f"The database cannot be used ({type(problem).__name__}). Start it, run "
                "`manage.py migrate`, and run this again: it goes on where it stopped."
            ) from problem
        self.stdout.write(f"{done.people} people erased again, {done.keys} keys destroyed again.")
        self._say_what_is_lost(lost)
        self.stdout.write("The gate is open. Restart the service where it had refused to start.")

    def _progress(self, what: str, seen: int) -> None:
        self.stdout.write(f"Looked at {seen} {WALKED[what]}.")

    def _say_what_is_lost(self, lost: Loss) -> None:
        known = f"{lost.known_until:%Y-%m-%d %H:%M:%S} UTC" if lost.known_until else "ever"
        if lost.entries:
            self.stdout.write(
                f"{lost.entries} entries of the log that were published are not here: the "
                "sequencer will refuse to sign. Bring back the missing end; docs/backup.md says "
                "what to do where it is lost."
            )
        self.stdout.write(
            f"What people said after {known} is lost, withdrawals too, and cannot be known from "
            "here. Where anything may have been said since, ask again before you use what an "
            "earlier Yes allows (docs/backup.md)."
        )
