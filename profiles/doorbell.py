"""Ringing for a worker. PostgreSQL is the queue: a ring that is lost costs seconds, no work."""

import logging
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

WORK = "profiles.work_on_request"
# Because whoever rings is waited for by a person: one short try, and the sweep does the rest.
ONE_TRY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
}


def ring_on_commit(request_id: UUID) -> None:
    """Ring once the caller's transaction has committed; never fails the caller."""
    transaction.on_commit(partial(ring, request_id), robust=True)


def ring(request_id: UUID) -> bool:
    """Whether the broker took the ring; where it did not, the sweep rings again."""
    try:
        with current_app.connection_for_write(transport_options=ONE_TRY) as connection:
            current_app.send_task(
                WORK, kwargs={"request_id": str(request_id)}, connection=connection, retry=False
            )
    except Exception as error:
        logger.warning("The broker takes no ring (%s); the sweep follows.", type(error).__name__)
        return False
    return True
