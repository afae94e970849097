"""Doing the steps of a request, one after the other, until nothing is free to do."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from profiles import rights
from profiles.actions import erasing, exporting, moving, steps
from profiles.actions.steps import Claim, Heartbeat, LeaseLost

logger = logging.getLogger(__name__)


def work(*, request_id: UUID, now: Callable[[], datetime]) -> int:
    """Do what can be done now; how many steps were finished. Safe to call at any time."""
    finished = 0
    while claim := steps.claim(request_id=request_id, at=now()):
        if not _do(claim, now):
            return finished
        finished += 1
    return finished


def _do(claim: Claim, now: Callable[[], datetime]) -> bool:
    try:
        with Heartbeat(claim):
            _run(claim, now)
    except LeaseLost:
        logger.info("Step %s was taken over by another worker.", claim.step.pk)
        return False
    except erasing.OnHold as error:
        steps.give_back(claim, error=error)
        _stop(claim, rights.LEGAL_HOLD, now())
        return False
    except Exception as error:
        # Because the text of an error may name a person, only its class is kept anywhere.
        logger.error("Step %s failed (%s).", claim.step.pk, type(error).__name__)
        if not steps.give_back(claim, error=error):
            _stop(claim, rights.STEP_FAILED, now())
        return False
    return True


def _run(claim: Claim, now: Callable[[], datetime]) -> None:
    match claim.step.action:
        case exporting.COLLECT:
            exporting.collect(claim, now=now)
        case exporting.PACK:
            exporting.pack_copy(claim, now=now)
        case _:
            erasing.run(claim, at=now())


def _stop(claim: Claim, reason_code: str, at: datetime) -> None:
    """Hand a request that cannot go on to an officer."""
    with transaction.atomic():
        request = moving.lock(claim.request.pk)
        if request.state in rights.WORKED:
            moving.move(request, rights.REVIEWING, by="worker", at=at, reason_code=reason_code)
