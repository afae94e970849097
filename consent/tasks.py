"""What consent does on a timer, and how queued work with data of people is made.

`config/schedule.py` says when the timers ring.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from consent.actions import (
    asks,
    deferring,
    drafting,
    editions,
    frequencies,
    housekeeping,
    replaying,
    spreading,
    stop_links,
)
from consent.actions.deferring import DeferredUse
from consent.questions import Ruling

Body = Callable[[DeferredUse, Ruling], None]
PERMITTED: set[str] = set()
AN_HOUR = 3600


def permitted_task(*, name: str, **options: Any) -> Callable[[Body], Any]:
    """A Celery task whose body runs only under a permit that was asked for as it runs.

    Queue it with `use=deferring.defer(...)`. The body gets the use and the ruling, whose permit
    covers what is allowed now. The only way for queued work to name a person
    (`tests/test_architecture.py`).
    """

    def make(body: Body) -> Any:
        def run(*, use: dict[str, Any]) -> bool:
            wanted = DeferredUse.of_message(use)
            ruling = deferring.ask_now(use=wanted, at=timezone.now())
            if ruling.permit is None:
                return False
            body(wanted, ruling)
            return True

        PERMITTED.add(name)
        return shared_task(name=name, **options)(run)  # type: ignore[no-untyped-call]

    return make


@shared_task(name="consent.drop_expired_permits")
def drop_expired_permits() -> int:
    """Remove permits that no longer open anything; the log keeps that they were given."""
    return housekeeping.drop_expired_permits(at=timezone.now())


@shared_task(name="consent.refresh_lapsed_states")
def refresh_lapsed_states() -> int:
    """Compile anew the states that time alone has changed."""
    return housekeeping.refresh_lapsed_states(at=timezone.now())


@shared_task(name="consent.drop_expired_stop_links")
def drop_expired_stop_links() -> int:
    """Forget links that stop nothing any more."""
    return stop_links.drop_expired(at=timezone.now())


@shared_task(name="consent.spread_changes")
def spread_changes() -> int:
    """Bring changes of consent to every part of this service that acts on it."""
    return spreading.spread(at=timezone.now())


@shared_task(name="consent.forget_old_asks")
def forget_old_asks() -> int:
    """Delete questions and counts of messages that bound nothing any more."""
    now = timezone.now()
    return asks.forget_old(at=now) + frequencies.forget_old(at=now)


@shared_task(name="consent.keep_catalogue_edition")
def keep_catalogue_edition() -> bool:
    """Keep the catalogue where it was changed past the actions; known from now on only."""
    return editions.keep_current(at=timezone.now())


@shared_task(name="consent.replay", soft_time_limit=AN_HOUR, time_limit=AN_HOUR + 60)
def replay(run: str) -> bool:
    """Decide the past again under a draft; a second delivery finds the run taken or done."""
    return replaying.carry_out(run_id=UUID(run), clock=timezone.now)


@shared_task(name="consent.publish_due_notices")
def publish_due_notices() -> int:
    """Publish the approved notices whose day has come."""
    return drafting.publish_due(at=timezone.now())
