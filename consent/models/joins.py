"""Joined identities: which records are one person, since when, and on whose word."""

from django.db import models
from django.db.models import F, Q

from consent.models.subjects import Subject


class SubjectLink(models.Model):
    """Two records of one person: a device and an account, an import, a second account.

    A link is never deleted, only ended, so that what held at any time can be told again. `one`
    is the record with the smaller id.
    """

    class Kind(models.TextChoices):
        DEVICE = "device"
        ACCOUNT = "account"
        HOUSEHOLD = "household"
        IMPORT = "import"
        DUPLICATE = "duplicate"

    id = models.UUIDField(primary_key=True)
    one = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.CharField(max_length=60, help_text="portal, a recipient, an officer's id.")
    evidence = models.CharField(max_length=200, blank=True, help_text="A reference, never a value.")
    joined_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_reason = models.CharField(
        max_length=400,
        blank=True,
        default="",
        db_default="",
        help_text="An officer's words, gone with either person.",
    )

    class Privacy:
        fields = {
            "id": "pseudonymous",
            "one": "pseudonymous",
            "other": "pseudonymous",
            "kind": "pseudonymous",
            "by": "operational",
            "evidence": "proof",
            "joined_at": "pseudonymous",
            "ended_at": "pseudonymous",
            "ended_by": "operational",
            "ended_reason": "proof",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_subjectlink_names_the_smaller_id_first",
                condition=Q(one__lt=F("other")),
            ),
            models.UniqueConstraint(
                name="consent_subjectlink_stands_once_at_a_time",
                fields=["one", "other"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="consent_subjectlink_ends_after_it_begins",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("joined_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
