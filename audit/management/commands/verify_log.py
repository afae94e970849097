"""`manage.py verify_log`: read the whole log again and name the first bad row."""

import sys
from argparse import ArgumentParser
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from audit import witnesses
from audit.checkpoints import BadCheckpoint, Checkpoint, VerifierKey, open_checkpoint
from audit.policies import Policy
from audit.policy_files import PolicyProblem
from audit.publishing import WITNESSED_NAME, log_directory, published, verifier_key
from audit.verify import Problem, verify
from audit.witness_check import Report, check
from keys.errors import KeyProblem


class Command(BaseCommand):
    """Exit status 0: all right; 1: a bad row; 2: not readable; 3: no quorum of witnesses."""

    # Because this must work, and start quickly, whatever state the pages are in.
    requires_system_checks = ()
    help = "Verify every event, tile and checkpoint of the log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The checkpoint kept outside, and the key, may be given."""
        parser.add_argument(
            "--checkpoint",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="a checkpoint kept outside; the published one is always compared",
        )
        parser.add_argument("--vkey", default="", help="verifier key; default: the key store's")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints progress, then one line that says what was found."""
        try:
            key = VerifierKey.parse(options["vkey"]) if options["vkey"] else verifier_key()
            outside = self._outside(options["checkpoint"], key)
            started = monotonic()
            result = verify(key, outside=outside, progress=self._progress)
            policy = self._policy(key)
            report = check(policy, at=datetime.now(UTC)) if policy and not result.problem else None
        except (BadCheckpoint, PolicyProblem, KeyProblem, OSError, Error) as problem:
            raise CommandError(
                f"The log could not be verified: {problem}", returncode=2
            ) from problem
        self._progress_end()
        if bad := result.problem or (report and report.problem):
            self.stdout.write(self.style.ERROR(_sentence(bad)))
            sys.exit(1)
        self.stdout.write(
            f"OK: {result.size} events, {result.checkpoints} checkpoints, "
            f"root {b64encode(result.root).decode()}, {monotonic() - started:.1f} s"
        )
        for month, count, event in result.pruned:
            self.stdout.write(f"{count} bodies of {month} are gone, pruned by event {event}")
        if report is not None:
            self._witnessed(report)

    def _policy(self, key: VerifierKey) -> Policy | None:
        policy = witnesses.policy()
        if policy and policy.logs and key not in policy.logs:
            raise PolicyProblem(f"The policy names other logs only: add the line `log {key}`.")
        return policy

    def _witnessed(self, report: Report) -> None:
        for one in report.lagging:
            behind = f"stands at {one.size}, {report.expected} was expected"
            reason = f" ({one.reason})" if one.reason else ""
            self.stdout.write(self.style.WARNING(f"LAGGING: witness {one.name} {behind}{reason}"))
        if report.quorum_missing:
            self.stdout.write(
                self.style.ERROR(
                    f"NOT WITNESSED: a quorum has cosigned {report.quorum} events, "
                    f"{report.expected} were expected. Is `run_witness_publisher` running?"
                )
            )
            sys.exit(3)
        self.stdout.write(f"OK: {report.cosignatures} cosignatures, a quorum up to {report.quorum}")

    def _outside(self, paths: list[Path], key: VerifierKey) -> list[Checkpoint]:
        notes = [path.read_text(encoding="utf-8") for path in paths]
        here = log_directory()
        notes += filter(None, (published(here), published(here, WITNESSED_NAME)))
        return [open_checkpoint(note, key) for note in notes]

    def _progress(self, done: int, size: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:>12} of {size} events", ending="")

    def _progress_end(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("")


def _sentence(problem: Problem) -> str:
    place = "" if problem.index is None else f" Index {problem.index}."
    event = "" if problem.event_id is None else f" Event {problem.event_id}."
    return f"BAD: {problem.what}{place}{event}"
