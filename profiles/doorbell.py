"""Ringing for a worker. PostgreSQL is the queue: a ring that is lost costs seconds, no work."""

import logging
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

WORK = "profiles.work_on_request"


def ring_on_commit(request_id: UUID) -> None:
    """Ring once the caller's transaction has committed; never fails the caller."""
    transaction.on_commit(partial(ring, request_id), robust=True)


def ring(request_id: UUID) -> bool:
    """Whether the broker took the ring; where it did not, the sweep rings again."""
    try:
        current_app.send_task(WORK, kwargs={"request_id": str(request_id)}, retry=False)
    except Exception as error:
        logger.warning("The broker takes no ring (%s); the sweep follows.", type(error).__name__)
        return False
    return True
