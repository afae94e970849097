"""The watch over the log; `config/schedule.py` says when it looks."""

from celery import shared_task
from django.utils import timezone

from audit import backlog, probing, rounds


@shared_task(name="audit.verify")
def verify() -> None:
    """Verify some more of the log."""
    rounds.step(at=timezone.now())


@shared_task(name="audit.probe")
def probe() -> None:
    """See that the last probe got its proof, and send the next."""
    probing.step(at=timezone.now())


@shared_task(name="audit.look_at_backlog")
def look_at_backlog() -> None:
    """Say when entries wait too long."""
    backlog.look(at=timezone.now())
