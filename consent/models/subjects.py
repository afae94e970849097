"""The bare, pseudonymous person that consent is about; who they are is known upstairs."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Subject(models.Model):
    """A data subject (GDPR Art. 4(1)) without any identifying value.

    An erased subject stays as a tombstone so that no import brings the person back.
    """

    class Status(models.TextChoices):
        KNOWN = "known"
        PSEUDONYMOUS = "pseudonymous"
        UNVERIFIED = "unverified"
        ERASED = "erased"
        MERGED = "merged_ok"
        CONFLICT = "merged_conflict"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.KNOWN)
    jurisdictions = ArrayField(models.CharField(max_length=20), default=list)
    birth_month = models.DateField(
        null=True,
        blank=True,
        help_text="First day of the month after the birthday month: never older than true.",
    )
    group = models.UUIDField(
        null=True,
        blank=True,
        db_index=True,
        help_text="Shared by the records that are joined as one person; empty: alone.",
    )
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields = {
            "id": "pseudonymous",
            "status": "pseudonymous",
            "jurisdictions": "pseudonymous",
            "birth_month": "pseudonymous",
            "group": "pseudonymous",
            "created_at": "pseudonymous",
            "erased_at": "proof",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_subject_erased_has_a_time_and_keeps_nothing",
                condition=Q(status="erased", erased_at__isnull=False, birth_month__isnull=True)
                | (~Q(status="erased") & Q(erased_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SubjectReference(models.Model):
    """A first party's own name for a person (`ref:crm:123`), kept only as a blind index."""

    index = models.BinaryField(primary_key=True, max_length=32)
    system = models.SlugField(max_length=40)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="references")

    class Privacy:
        fields = {"index": "pseudonymous", "system": "operational", "subject": "pseudonymous"}

    def __str__(self) -> str:
        return f"{self.system} of {self.subject_id}"
