"""`manage.py verify_log`: read the whole log again and name the first bad row."""

import sys
from argparse import ArgumentParser
from base64 import b64encode
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from audit.checkpoints import BadCheckpoint, Checkpoint, VerifierKey, open_checkpoint
from audit.publishing import log_directory, published, verifier_key
from audit.verify import Problem, verify
from keys.errors import KeyProblem


class Command(BaseCommand):
    """Exit status 0: all right; 1: a bad row; 2: the log could not be read."""

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
        except (BadCheckpoint, KeyProblem, OSError, Error) as problem:
            raise CommandError(
                f"The log could not be verified: {problem}", returncode=2
            ) from problem
        self._progress_end()
        if result.problem is not None:
            self.stdout.write(self.style.ERROR(_sentence(result.problem)))
            sys.exit(1)
        self.stdout.write(
            f"OK: {result.size} events, {result.checkpoints} checkpoints, "
            f"root {b64encode(result.root).decode()}, {monotonic() - started:.1f} s"
        )

    def _outside(self, paths: list[Path], key: VerifierKey) -> list[Checkpoint]:
        notes = [path.read_text(encoding="utf-8") for path in paths]
        if note := published(log_directory()):
            notes.append(note)
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
