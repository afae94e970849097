"""Checking the whole log, and putting on record that it was checked and what was found.

The progress of a check is entries of the log too: a check needs no table, any process can
show it, and nobody can pretend that one took place.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from time import monotonic
from uuid import UUID

from django.db import Error, OperationalError

from audit import actions as audit
from audit import queries as log
from audit import witnesses
from audit.bodies import Fact
from audit.checkpoints import BadCheckpoint, Checkpoint, open_checkpoint
from audit.identifiers import uuid7
from audit.policy_files import PolicyProblem
from audit.publishing import log_directory, published
from audit.verify import Problem, verify
from audit.witness_check import check
from keys.errors import KeyProblem

logger = logging.getLogger(__name__)

KIND_BEGUN = "log.verifying"
KIND_ENDED = "log.verified"
SECONDS_BETWEEN_WORDS = 2.0
Clock = Callable[[], datetime]


def begin(*, by: UUID, at: datetime, size: int) -> UUID:
    """Puts on record that a check is asked for; gives the id of the run."""
    run = uuid7()
    _say(run, KIND_BEGUN, at, {"by": str(by), "state": "waiting", "checked": 0, "size": size})
    return run


def carry_out(*, run: UUID, by: UUID, clock: Clock) -> bool:
    """Reads the whole log again; True if all fits. Its end is on record whatever happens.

    `clock` gives the time of each entry, because a long check writes several.
    """
    started, head = monotonic(), log.latest_checkpoint()
    base: dict[str, Fact] = {"by": str(by), "size": head.size if head else 0}
    progress = _Progress(run, base, clock)
    try:
        result = verify(log.verifier_key(), outside=_outside(), progress=progress)
        if result.problem is None:
            result = replace(result, problem=_contradicted(clock()))
    except (BadCheckpoint, KeyProblem, OSError, Error) as error:
        logger.error("The log could not be checked: %s", type(error).__name__)
        _give_up(run, base, clock, error)
        return False
    facts = base | result.facts()
    facts["milliseconds"] = int((monotonic() - started) * 1000)
    if head is not None:
        facts["signed_at"] = head.at.isoformat()
    _say(run, KIND_ENDED, clock(), facts)
    return result.problem is None


def abandon(*, run: UUID, by: UUID, at: datetime) -> None:
    """Puts on record that a check never began, because no worker can be called."""
    facts: dict[str, Fact] = {"by": str(by), "state": "broken", "ok": False}
    _say(run, KIND_ENDED, at, facts | {"what": "BROKER_UNAVAILABLE"})


class _Progress:
    """Says now and then how far the check has come."""

    def __init__(self, run: UUID, base: dict[str, Fact], clock: Clock) -> None:
        self._run, self._base, self._clock = run, base, clock
        self._said = monotonic()

    def __call__(self, checked: int, size: int) -> None:
        """Called after each batch."""
        if monotonic() - self._said < SECONDS_BETWEEN_WORDS:
            return
        self._said = monotonic()
        facts = self._base | {"state": "running", "checked": checked, "size": size}
        _say(self._run, KIND_BEGUN, self._clock(), facts)


def _outside() -> list[Checkpoint]:
    """The checkpoint that was published outside the database, if there is one."""
    note = published(log_directory())
    return [open_checkpoint(note, log.verifier_key())] if note else []


def _contradicted(at: datetime) -> Problem | None:
    """What a witness holds against the log; a faulty policy is told on the page of the log."""
    try:
        policy = witnesses.policy()
    except PolicyProblem:
        return None
    return check(policy, at=at).problem if policy else None


def _give_up(run: UUID, base: dict[str, Fact], clock: Clock, error: Exception) -> None:
    what = "LOG_UNREADABLE" if isinstance(error, Error | OSError) else "KEY_UNAVAILABLE"
    if isinstance(error, BadCheckpoint):
        # Because a published note that our key did not sign is a finding, not a fault.
        facts = base | {"state": "failed", "ok": False, "what": str(error)}
    else:
        facts = base | {"state": "broken", "ok": False, "what": what}
    try:
        _say(run, KIND_ENDED, clock(), facts)
    except OperationalError:
        logger.error("Nor could that be put on record.")


def _say(run: UUID, kind: str, at: datetime, facts: dict[str, Fact]) -> None:
    audit.append(kind=kind, at=at, facts={"run": str(run)} | facts)
