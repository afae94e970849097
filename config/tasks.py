"""Housekeeping of what third parties keep: nothing personal stays longer than it is needed."""

from datetime import timedelta

from axes.models import AccessAttempt
from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone
from oauth2_provider.models import clear_expired

# Because a lock-out lasts minutes, and an address in the log of attempts says where somebody was.
ATTEMPTS_KEPT = timedelta(days=7)


@shared_task(name="config.drop_expired")
def drop_expired() -> None:
    """Delete ended sessions, expired tokens and old sign-in attempts."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - ATTEMPTS_KEPT).delete()
    clear_expired()
