"""What people were shown: versions of a notice and its wording, immutable once published."""

from django.db import models
from django.db.models import Q

from consent.models.purposes import Purpose


class Notice(models.Model):
    """A version of the words that ask for one purpose (GDPR Art. 7(1), 13).

    A draft is proposed by one officer and approved by another, then published at once or at
    `publish_at`; from then on the database refuses changes. A catalogue document counts as
    its own proposer, and whoever loads it as the one who approves.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        APPROVED = "approved"
        REJECTED = "rejected"
        PUBLISHED = "published"

    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="notices")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    material = models.BooleanField(
        default=True, help_text="A material change is not covered by an older Yes."
    )
    valid_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="How long a Yes to it lasts; empty: until withdrawn."
    )
    details = models.JSONField(
        default=dict, blank=True, help_text="What Art. 13 and 14 want said beside the rows."
    )
    dropped = models.JSONField(
        default=dict, blank=True, help_text="Language code to the reason for leaving it out."
    )
    terms = models.JSONField(
        default=dict, blank=True, help_text="What the catalogue allowed when it was published."
    )
    component = models.CharField(
        max_length=60, default="exchange-card", help_text="The measured control that asks it."
    )
    drafted_by = models.CharField(max_length=60, blank=True)
    proposed_by = models.CharField(max_length=60, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    publish_at = models.DateTimeField(
        null=True, blank=True, help_text="When an approved version is to be published."
    )
    rejected_by = models.CharField(max_length=60, blank=True)
    rejection = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    content_hash = models.BinaryField(max_length=32, help_text="SHA-256 over all wordings.")

    class Privacy:
        fields = {
            "id": "operational",
            "purpose": "operational",
            "version": "operational",
            "state": "operational",
            "material": "operational",
            "valid_days": "operational",
            "details": "operational",
            "dropped": "operational",
            "terms": "operational",
            "component": "operational",
            "drafted_by": "proof",
            "proposed_by": "proof",
            "proposed_at": "proof",
            "approved_by": "proof",
            "approved_at": "proof",
            "publish_at": "operational",
            "rejected_by": "proof",
            "rejection": "proof",
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
            models.UniqueConstraint(
                name="consent_notice_is_in_work_once_per_purpose",
                fields=["purpose"],
                condition=~Q(state="published"),
            ),
            models.CheckConstraint(
                name="consent_notice_is_published_with_its_time",
                condition=Q(state="published", published_at__isnull=False)
                | (
                    Q(state__in=["draft", "proposed", "approved", "rejected"])
                    & Q(published_at__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="consent_notice_is_proposed_by_somebody",
                condition=Q(state__in=["draft", "rejected"]) | ~Q(proposed_by=""),
            ),
            models.CheckConstraint(
                name="consent_notice_is_published_when_approved",
                condition=~Q(state__in=["approved", "published"]) | ~Q(approved_by=""),
            ),
            models.CheckConstraint(
                name="consent_notice_is_approved_by_another_person",
                condition=Q(approved_by="") | ~Q(approved_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="consent_notice_is_rejected_with_a_reason",
                condition=~Q(state="rejected") | (~Q(rejection="") & ~Q(rejected_by="")),
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
