"""Questions that were put to people: so that nobody is asked too often."""

from django.db import models
from django.db.models import Q

from consent.models.subjects import Subject


class Ask(models.Model):
    """One question shown to one person; it counts from the moment it was shown.

    `visit` is a keyed hash of what the surface calls the visit. Rows go once they are too old
    to count (`consent.actions.asks.forget_old`).
    """

    class Outcome(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True)
    subject = models.ForeignKey(
        Subject, on_delete=models.CASCADE, db_index=False, related_name="asks"
    )
    visit = models.BinaryField(max_length=32)
    surface = models.CharField(max_length=40)
    purpose = models.CharField(max_length=121)
    notice = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    shown_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields = {
            "id": "operational",
            "subject": "pseudonymous",
            "visit": "pseudonymous",
            "surface": "operational",
            "purpose": "operational",
            "notice": "operational",
            "language": "operational",
            "shown_at": "pseudonymous",
            "outcome": "pseudonymous",
            "ended_at": "pseudonymous",
        }

    class Meta:
        indexes = [
            models.Index(name="consent_ask_of_subject", fields=["subject", "shown_at"]),
            models.Index(name="consent_ask_by_age", fields=["shown_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="consent_ask_has_ended_or_is_open",
                condition=Q(outcome="open", ended_at__isnull=True)
                | (Q(outcome__in=["answered", "closed"]) & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.outcome}"
