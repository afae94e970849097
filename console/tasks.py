"""Long work that officers ask for."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from console.actions import verifying

AN_HOUR = 3600


@shared_task(name="console.verify_log", soft_time_limit=AN_HOUR, time_limit=AN_HOUR + 60)
def verify_log(run: str, by: str) -> None:
    """Checks the whole log; a second delivery of the same run is harmless, only slower."""
    verifying.carry_out(run=UUID(run), by=UUID(by), clock=timezone.now)
