"""Links with which people stop something without signing in; only fingerprints are kept."""

from django.db import models
from django.db.models import Q

from consent.models.purposes import Purpose
from consent.models.subjects import Subject


class StopLink(models.Model):
    """One link that was handed out for one person.

    A stop link (24 months) withdraws the named scope and nothing else: it reads nothing and
    grants nothing. A manage link (30 days) opens the choices of the person. Without a purpose
    the scope is all advertising; without a channel, every channel.
    """

    class Kind(models.TextChoices):
        STOP = "stop"
        MANAGE = "manage"

    id = models.UUIDField(primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="stop_links")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, null=True, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    issued_by = models.CharField(max_length=60)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Privacy:
        fields = {
            "id": "operational",
            "digest": "operational",
            "kind": "operational",
            "subject": "pseudonymous",
            "purpose": "operational",
            "channel": "operational",
            "issued_by": "operational",
            "issued_at": "operational",
            "expires_at": "operational",
        }

    class Meta:
        indexes = [models.Index(name="consent_stoplink_age", fields=["expires_at"])]
        constraints = [
            models.CheckConstraint(
                name="consent_stoplink_stops_or_manages",
                condition=Q(kind__in=["stop", "manage"]),
            ),
            models.CheckConstraint(
                name="consent_stoplink_ends_after_it_begins",
                condition=Q(expires_at__gt=models.F("issued_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
