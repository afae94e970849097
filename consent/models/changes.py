"""The outbox of changes: who must hear of a new epoch, and who has."""

from django.db import models
from django.db.models import Q

from consent.models.subjects import Subject


class Change(models.Model):
    """A state that changed. `transaction` orders readers without a lock.

    A reader keeps the snapshot of its last look and asks for the changes whose transaction
    that snapshot did not yet see; nothing is missed, whatever the order of commits.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, db_index=False)
    epoch = models.BigIntegerField()
    at = models.DateTimeField()
    consent_event = models.UUIDField(null=True, blank=True)

    class Privacy:
        fields = {
            "id": "operational",
            "subject": "pseudonymous",
            "epoch": "pseudonymous",
            "at": "operational",
            "consent_event": "proof",
        }

    class Meta:
        indexes = [models.Index(name="consent_change_of_subject", fields=["subject", "epoch"])]

    def __str__(self) -> str:
        return f"{self.subject_id} at {self.epoch}"


class ChangeArrival(models.Model):
    """One consumer (a gate, a queue, a model, a partner) that must apply one change.

    Written with the change, in its transaction; `arrived_at` is empty until the consumer has
    said so. The change's ticket is closed when none is empty.
    """

    change = models.ForeignKey(
        Change, on_delete=models.CASCADE, db_index=False, related_name="arrivals"
    )
    consumer = models.CharField(max_length=80)
    arrived_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields = {
            "id": "operational",
            "change": "operational",
            "consumer": "operational",
            "arrived_at": "operational",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_changearrival_is_one_per_consumer", fields=["change", "consumer"]
            ),
        ]
        indexes = [
            models.Index(
                name="consent_arrival_outstanding",
                fields=["consumer", "change"],
                condition=Q(arrived_at__isnull=True),
            ),
            models.Index(name="consent_arrival_by_time", fields=["arrived_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} at {self.consumer}"
