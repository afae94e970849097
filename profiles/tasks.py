"""What runs by itself for rights; each task is one line of work and may be run twice."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from celery import shared_task

from keys import actions as key_actions
from profiles import doorbell
from profiles.actions import exporting, reconciling, requests, restoring, working
from profiles.queries import requests as queries

# Because a large copy takes longer than other work; its lease, not this, guards against silence.
HOUR = 3600


def _now() -> datetime:
    return datetime.now(UTC)


@shared_task(name=doorbell.WORK, soft_time_limit=HOUR - 60, time_limit=HOUR)
def work_on_request(*, request_id: str, **_: Any) -> None:
    """Do the steps of one request."""
    working.work(request_id=UUID(request_id), now=_now)


@shared_task(name="profiles.sweep_requests")
def sweep_requests(**_: Any) -> None:
    """Start what is due, and ring for every step that is free: rings get lost, workers die."""
    requests.begin_due_erasures(at=_now())
    for request_id in queries.waiting_for_a_worker():
        doorbell.ring(request_id)


@shared_task(name="profiles.drop_expired_exports")
def drop_expired_exports(**_: Any) -> None:
    """Delete copies past their days."""
    exporting.drop_expired(at=_now())


@shared_task(name="profiles.reconcile_keys")
def reconcile_keys(**_: Any) -> None:
    """Finish the destruction of keys that a crash interrupted."""
    key_actions.reconcile()


@shared_task(name="profiles.reconcile_log")
def reconcile_log(**_: Any) -> None:
    """Compare some more of what is on record with the log."""
    reconciling.step(at=_now())


@shared_task(name="profiles.raise_marks")
def raise_marks(**_: Any) -> None:
    """Make a database older than this minute noticed, if it should ever come back."""
    restoring.raise_marks()
