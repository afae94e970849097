"""Claiming the steps of a request: one worker at a time, for as long as it gives signs of life.

A claim is a short transaction; the work happens under a lease that a thread renews; the end
is written only by whoever still holds the lease. A worker that is killed falls silent, its
lease runs out, and the next one starts the step again.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from profiles import rights
from profiles.models import Request, RequestStep

logger = logging.getLogger(__name__)

LARGEST_ATTEMPTS = 6
State = RequestStep.State


class LeaseLost(Exception):
    """Another worker has taken the step over; what this one did is not counted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A step that is ours for now."""

    request: Request
    step: RequestStep
    token: UUID


def claim(*, request_id: UUID, at: datetime) -> Claim | None:
    """The next step of a request, if it is free; None where nothing is to be done now.

    Steps run in order: a step that waits, runs elsewhere or failed holds back those after it.
    """
    with transaction.atomic():
        request = (
            Request.objects.select_for_update(skip_locked=True)
            .filter(pk=request_id, state__in=rights.WORKED)
            .first()
        )
        if request is None:
            return None
        step = request.steps.exclude(state=State.DONE).order_by("position").first()
        if step is None or not _is_free(step):
            return None
        token = uuid4()
        RequestStep.objects.filter(pk=step.pk).update(
            state=State.RUNNING,
            attempts=step.attempts + 1,
            started_at=step.started_at or at,
            lease_token=token,
            lease_until=Now() + _lease(),
            not_before=None,
        )
        step.refresh_from_db()
    return Claim(request, step, token)


def _is_free(step: RequestStep) -> bool:
    """Judged by the database's clock, as the leases are."""
    waiting = Q(state=State.WAITING) & (Q(not_before=None) | Q(not_before__lte=Now()))
    abandoned = Q(state=State.RUNNING) & Q(lease_until__lt=Now())
    return RequestStep.objects.filter(waiting | abandoned, pk=step.pk).exists()


def finish(claim: Claim, *, rows: int, result: dict[str, Any], at: datetime) -> None:
    """Write the end of a step; raises LeaseLost, and the caller's transaction must roll back."""
    _write_end(claim, state=State.DONE, rows=rows, result=result, finished_at=at, error_code="")


def give_back(claim: Claim, *, error: Exception) -> bool:
    """Put a failed step back for another try, a little later each time; False: for good.

    Only the class of the error is kept, because its text may name a person.
    """
    attempts = claim.step.attempts
    code = type(error).__name__[:60]
    if attempts >= LARGEST_ATTEMPTS:
        _write_end(claim, state=State.FAILED, error_code=code)
        return False
    pause = timedelta(seconds=min(2**attempts, 60))
    _write_end(claim, state=State.WAITING, error_code=code, not_before=Now() + pause)
    return True


def _write_end(claim: Claim, **values: Any) -> None:
    written = RequestStep.objects.filter(
        pk=claim.step.pk, state=State.RUNNING, lease_token=claim.token
    ).update(lease_token=None, lease_until=None, **values)
    if not written:
        raise LeaseLost


def _lease() -> timedelta:
    return timedelta(seconds=settings.STEP_LEASE_SECONDS)


class Heartbeat:
    """Renews a lease from a thread of its own for the length of a `with`."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._stop = Event()
        self._thread = Thread(target=self._run, name="step-lease", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.wait(settings.STEP_LEASE_SECONDS / 4):
                self._renew()
        finally:
            # Because a connection belongs to its thread, and this thread ends.
            connection.close()

    def _renew(self) -> None:
        try:
            RequestStep.objects.filter(
                pk=self._claim.step.pk, state=State.RUNNING, lease_token=self._claim.token
            ).update(lease_until=Now() + _lease())
        except DatabaseError as error:
            logger.warning("A lease was not renewed (%s).", type(error).__name__)
