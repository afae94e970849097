"""What consent does on a timer; `config/schedule.py` says when."""

from celery import shared_task
from django.utils import timezone

from consent.actions import housekeeping, stop_links


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
