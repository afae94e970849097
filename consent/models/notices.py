"""What people were shown: versions of a notice and its wording, immutable once published."""

from django.db import models
from django.db.models import Q

from consent.models.catalogue import Purpose


class Notice(models.Model):
    """A version of the words that ask for one purpose (GDPR Art. 7(1), 13)."""

    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="notices")
    version = models.PositiveIntegerField()
    material = models.BooleanField(
        default=True, help_text="A material change is not covered by an older Yes."
    )
    valid_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="How long a Yes to it lasts; empty: until withdrawn."
    )
    published_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    content_hash = models.BinaryField(max_length=32, help_text="SHA-256 over all wordings.")

    class Privacy:
        fields = {
            "id": "operational",
            "purpose": "operational",
            "version": "operational",
            "material": "operational",
            "valid_days": "operational",
            "published_at": "operational",
            "superseded_at": "operational",
            "content_hash": "operational",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_notice_version_is_unique_per_purpose",
                fields=["purpose", "version"],
            ),
            models.UniqueConstraint(
                name="consent_notice_is_live_once_per_purpose",
                fields=["purpose"],
                condition=Q(published_at__isnull=False, superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose_id}@{self.version}"


class NoticeText(models.Model):
    """The six rows of a notice in one language, with the hash of exactly these words."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=140)
    rows = models.JSONField(
        help_text="look_at, so_that, who_sees, how_long, if_yes, if_no: one sentence each."
    )
    content_hash = models.BinaryField(max_length=32)

    class Privacy:
        fields = {
            "id": "operational",
            "notice": "operational",
            "language": "operational",
            "title": "operational",
            "rows": "operational",
            "content_hash": "operational",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_noticetext_is_one_per_language", fields=["notice", "language"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.language}"
