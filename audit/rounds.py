"""Verification that goes on: small steps from where the last one stopped, and anew each day.

Two marks: the `tip` follows the head of the log, `again` reads from the beginning once a day, so
that what was verified long ago is read again too. Kept in the row `verification` of `audit_watch`.
"""

import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from audit import actions, watching
from audit.bodies import Fact
from audit.checkpoints import BadCheckpoint, open_checkpoint
from audit.identifiers import uuid7
from audit.publishing import log_directory, published, verifier_key
from audit.verify import Mark, Problem, Verification, verify_on

NAME = "verification"
ROWS = 50_000
AGAIN = timedelta(days=1)

logger = logging.getLogger(__name__)


def step(*, at: datetime, rows: int = ROWS) -> Verification | None:
    """Verifies about `rows` events more; None where another process is at it.

    What is found first, and the end of each reading of the whole log, is an event `log.verified`.
    Raises KeyProblem where the key that checks signatures cannot be read.
    """
    with watching.claimed(NAME, at=at) as facts:
        if facts is None:
            return None
        result, whole = _go_on(facts, at, rows)
        _tell(facts, result, at, whole=whole)
    return result


def _go_on(facts: dict[str, Any], at: datetime, rows: int) -> tuple[Verification, bool]:
    """The step itself; and whether it came to the end of the whole log."""
    tip = _mark(facts.get("tip"))
    result = _verify(tip, rows)
    if result.problem:
        return result, False
    facts["tip"] = _kept(result)
    if result.size < result.of:
        return result, False
    if "whole" not in facts:
        return result, True
    again = facts.get("again")
    if again is None and at - datetime.fromisoformat(facts["whole"]["at"]) < AGAIN:
        return result, False
    second = _verify(_mark(again), rows)
    if second.problem:
        return second, False
    whole = second.size >= second.of
    facts["again"] = None if whole else _kept(second)
    return result, whole


def _verify(since: Mark, rows: int) -> Verification:
    key, note = verifier_key(), published(log_directory())
    try:
        outside = [open_checkpoint(note, key)] if note else []
    except BadCheckpoint as error:
        # Because a published note that our key did not sign is a finding, not a fault.
        problem = Problem(f"The published checkpoint is not ours: {error}")
        return Verification(since.size, since.root, 0, problem)
    return verify_on(key, since=since, outside=outside, rows=rows)


def _tell(facts: dict[str, Any], result: Verification, at: datetime, *, whole: bool) -> None:
    before = facts.get("state")
    held = "held" if result.size >= result.of else "running"
    facts["state"] = "failed" if result.problem else held
    facts["checked"], facts["of"] = result.size, result.of
    facts["problem"] = _shown(result.problem)
    if whole:
        facts["whole"] = {"size": result.size, "at": at.isoformat()}
    if result.problem and before != "failed":
        logger.error("ALARM: the log does not verify: %s", result.problem.what)
    if whole or (before == "failed") != (facts["state"] == "failed"):
        said: dict[str, Fact] = {"run": str(uuid7()), "by": "watch"}
        actions.append(kind="log.verified", at=at, facts=said | result.facts())


def _shown(problem: Problem | None) -> dict[str, Any] | None:
    if problem is None:
        return None
    shown = asdict(problem)
    return shown | {"event_id": str(problem.event_id) if problem.event_id else None}


def _mark(kept: dict[str, Any] | None) -> Mark:
    return Mark(kept["size"], bytes.fromhex(kept["root"])) if kept else Mark()


def _kept(result: Verification) -> dict[str, Any]:
    return {"size": result.size, "root": result.root.hex()}
