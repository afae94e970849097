"""Requests of people about their data, the steps that fulfil them, and their history."""

import uuid
from datetime import UTC, date, datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from profiles import rights


class Request(models.Model):
    """One request under one right, from receipt to its end.

    Kept as proof that it was answered (GDPR Art. 5(2), 11 CCR 7101). `note` (what the person
    wrote) and `answer` (what an officer wrote back) are boxes under the person's own key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.ForeignKey("consent.Subject", on_delete=models.PROTECT, related_name="+")
    right = models.CharField(max_length=20, choices=[(name, name) for name in rights.RIGHTS])
    state = models.CharField(
        max_length=20, choices=[(name, name) for name in rights.STATES], default=rights.RECEIVED
    )
    jurisdictions = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    clock = models.CharField(max_length=20, help_text="The statutory clock that binds first.")
    received_at = models.DateTimeField()
    due_strict = models.DateField()
    due_latest = models.DateField()
    undo_until = models.DateTimeField(null=True, blank=True)
    opened_by = models.CharField(max_length=60, help_text="A recipient, `portal` or an officer.")
    purpose = models.CharField(max_length=60, blank=True, help_text="What is objected to.")
    language = models.CharField(max_length=10, default="en")
    note = models.BinaryField(null=True, blank=True)
    answer = models.BinaryField(null=True, blank=True)
    reason_code = models.CharField(max_length=60, blank=True)
    prepared_by = models.CharField(
        max_length=60, blank=True, help_text="Who proposed a refusal; another must approve it."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    certificate = models.JSONField(
        null=True, blank=True, help_text="What went, what is kept under which law, until when."
    )

    class Privacy:
        fields: ClassVar = {
            "id": "operational",
            "subject": "pseudonymous",
            "right": "proof",
            "state": "proof",
            "jurisdictions": "proof",
            "clock": "proof",
            "received_at": "proof",
            "due_strict": "proof",
            "due_latest": "proof",
            "undo_until": "proof",
            "opened_by": "proof",
            "purpose": "proof",
            "language": "operational",
            "note": "personal",
            "answer": "personal",
            "reason_code": "proof",
            "prepared_by": "proof",
            "finished_at": "proof",
            "certificate": "proof",
        }

    class Meta:
        indexes: ClassVar = [
            models.Index(name="profiles_request_of_subject", fields=["subject", "received_at"]),
            models.Index(
                name="profiles_request_open_by_due",
                fields=["due_strict", "id"],
                condition=Q(state__in=sorted(rights.OPEN)),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="profiles_request_right_is_known", condition=Q(right__in=rights.RIGHTS)
            ),
            models.CheckConstraint(
                name="profiles_request_state_is_known", condition=Q(state__in=rights.STATES)
            ),
            models.CheckConstraint(
                name="profiles_request_is_finished_with_a_time",
                condition=Q(state__in=sorted(rights.FINAL), finished_at__isnull=False)
                | Q(state__in=sorted(rights.OPEN), finished_at__isnull=True),
            ),
            models.CheckConstraint(
                name="profiles_request_refusal_names_reason_and_two_people",
                condition=~Q(state=rights.REFUSED) | (~Q(reason_code="") & ~Q(prepared_by="")),
            ),
            # Because erasing twice at once would be two truths about one person.
            models.UniqueConstraint(
                name="profiles_request_one_open_erasure",
                fields=["subject"],
                condition=Q(right=rights.ERASURE, state__in=sorted(rights.OPEN)),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        """How pages, letters and partners name this request."""
        return rights.public_id(self.id)

    @property
    def is_open(self) -> bool:
        return self.state in rights.OPEN

    def is_overdue(self, today: date) -> bool:
        """Whether the most lenient date has passed."""
        return self.is_open and today > self.due_latest

    def undo_is_open(self, at: datetime) -> bool:
        """Whether an erasure still waits for its undo window to end."""
        return (
            self.state == rights.RECEIVED
            and self.undo_until is not None
            and at.astimezone(UTC) < self.undo_until
        )


class RequestStep(models.Model):
    """One piece of work of a request: a row that a worker claims and leases.

    `lease_token` belongs to whoever works on it; a lease that ran out is anybody's again.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    joined = models.UUIDField(
        null=True, blank=True, help_text="A device of the person that this step erases."
    )
    holder = models.CharField(max_length=40)
    action = models.CharField(max_length=20, help_text="collect, pack, notify or erase.")
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    result = models.JSONField(default=dict, blank=True)

    class Privacy:
        fields: ClassVar = {
            "id": "operational",
            "request": "operational",
            "position": "operational",
            "joined": "pseudonymous",
            "holder": "proof",
            "action": "proof",
            "state": "proof",
            "attempts": "operational",
            "rows": "proof",
            "started_at": "operational",
            "finished_at": "proof",
            "lease_token": "operational",
            "lease_until": "operational",
            "not_before": "operational",
            "error_code": "operational",
            "result": "proof",
        }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="profiles_requeststep_position_is_unique", fields=["request", "position"]
            ),
            models.CheckConstraint(
                name="profiles_requeststep_is_done_with_a_time",
                condition=Q(state="done", finished_at__isnull=False)
                | (~Q(state="done") & Q(finished_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.holder}"


class RequestEvent(models.Model):
    """One thing that happened to a request; the database refuses changes and deletions."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=20)
    by = models.CharField(max_length=60)
    reason_code = models.CharField(max_length=60, blank=True)
    log_event = models.UUIDField()

    class Privacy:
        fields: ClassVar = {
            "id": "operational",
            "request": "operational",
            "at": "proof",
            "kind": "proof",
            "state": "proof",
            "by": "proof",
            "reason_code": "proof",
            "log_event": "proof",
        }

    class Meta:
        indexes: ClassVar = [
            models.Index(name="profiles_requestevent_in_order", fields=["request", "id"])
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class ExportFile(models.Model):
    """A finished copy: a file under EXPORTS_DIR, encrypted under the person's own key."""

    request = models.OneToOneField(
        Request, on_delete=models.PROTECT, primary_key=True, related_name="export_file"
    )
    name = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="Bytes of the ZIP, decrypted.")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    downloads = models.PositiveIntegerField(default=0)
    last_download_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields: ClassVar = {
            "request": "operational",
            "name": "operational",
            "size": "operational",
            "made_at": "proof",
            "expires_at": "operational",
            "downloads": "proof",
            "last_download_at": "proof",
        }

    def __str__(self) -> str:
        return f"export of {self.request_id}"


class RecipientNotice(models.Model):
    """A recipient who must hear of an erasure (GDPR Art. 19), noted before any key goes."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="notices")
    recipient = models.ForeignKey("consent.Recipient", on_delete=models.PROTECT, related_name="+")
    purposes = ArrayField(models.CharField(max_length=60))
    attributes = ArrayField(models.CharField(max_length=100))
    noted_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields: ClassVar = {
            "id": "operational",
            "request": "operational",
            "recipient": "operational",
            "purposes": "proof",
            "attributes": "proof",
            "noted_at": "proof",
            "told_at": "proof",
        }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="profiles_recipientnotice_is_one_per_recipient",
                fields=["request", "recipient"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} about {self.request_id}"
