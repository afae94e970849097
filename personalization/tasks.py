"""What Celery does for personalization on its own account."""

from celery import shared_task
from django.utils import timezone

from personalization import explanations


@shared_task(name="personalization.forget_old_explanations")
def forget_old_explanations() -> int:
    """Delete the explanations whose 90 days are over; how many went."""
    return explanations.forget_old(at=timezone.now())
