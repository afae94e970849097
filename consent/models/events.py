"""Consent events (ISO/IEC 27560): each thing that was said, append-only and bitemporal."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from consent.models.notices import Notice
from consent.models.partners import Recipient
from consent.models.purposes import Purpose
from consent.models.subjects import Subject

# What people have said against a purpose that rested on their consent.
NOES = ("refused", "withdrawn", "revoked", "objected", "opted_out")


class ConsentEvent(models.Model):
    """One act of a person, a guardian, a browser signal or the law.

    `valid_from` is when it holds, `recorded_at` when we learnt of it (database clock).
    Attributes, channels and recipients narrow the scope; empty means all of the purpose.
    The database refuses changes and deletions.
    """

    class State(models.TextChoices):
        GIVEN = "given"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        OBJECTED = "objected"
        OPTED_OUT = "opted_out"
        OPTED_IN = "opted_in"
        LIMITED = "limited"
        UNLIMITED = "unlimited"
        RESTRICTED = "restricted"
        UNRESTRICTED = "unrestricted"
        HELD = "held"
        HOLD_ONLY = "hold_only"
        RELEASED = "released"
        SIGNAL_ON = "signal_on"
        SIGNAL_OFF = "signal_off"
        ERASURE_PENDING = "erasure_pending"
        ERASURE_CANCELLED = "erasure_cancelled"
        ERASED = "erased"
        REQUESTED = "requested"
        DEFERRED = "deferred"
        INVALIDATED = "invalidated"
        UNKNOWN = "unknown"
        RENEWED = "renewed"
        REVOKED = "revoked"
        WAITING = "waiting"
        CONFIRMED = "confirmed"
        STOPPED = "stopped"
        RESUMED = "resumed"
        LEVEL_SET = "level_set"
        CAP_SET = "cap_set"

    id = models.UUIDField(primary_key=True)
    # Because each index is paid for with every event, only those that a question uses are kept
    # (docs/decisions/indexes-of-consent-events.md).
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, db_index=False, related_name="consent_events"
    )
    state = models.CharField(max_length=20, choices=State.choices)
    purpose = models.ForeignKey(
        Purpose, on_delete=models.PROTECT, db_index=False, null=True, blank=True
    )
    attributes = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    channels = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, db_index=False, null=True, blank=True
    )
    consent_types = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="expressed, explicit, two_step, parental.",
    )
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, db_index=False, null=True, blank=True
    )
    language = models.CharField(max_length=10, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)
    method = models.CharField(max_length=40, help_text="portal, api, import, signal, officer ...")
    actor = models.CharField(
        max_length=40, help_text="person, guardian, agent, browser, officer ..."
    )
    evidence = models.CharField(max_length=200, blank=True, help_text="A reference, never a value.")
    snapshot = models.BinaryField(
        max_length=32, null=True, blank=True, help_text="SHA-256 of the token of what was shown."
    )
    valid_from = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(
        null=True, blank=True, help_text="When a self-imposed stop ends; empty: when lifted."
    )
    level = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How personal at most, 0 to 4."
    )
    cap_count = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How often at most within cap_days; empty: no cap."
    )
    cap_days = models.PositiveSmallIntegerField(null=True, blank=True)
    confirms = models.UUIDField(
        null=True, blank=True, help_text="The waiting event that this one confirms."
    )
    recorded_at = models.DateTimeField()
    source = models.ForeignKey(
        Recipient,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
    )
    log_event = models.UUIDField(help_text="The event in the audit log.")

    class Privacy:
        fields = {
            "id": "proof",
            "subject": "pseudonymous",
            "state": "proof",
            "purpose": "proof",
            "attributes": "proof",
            "channels": "proof",
            "recipient": "proof",
            "consent_types": "proof",
            "notice": "proof",
            "language": "proof",
            "shown_at": "proof",
            "method": "proof",
            "actor": "proof",
            "evidence": "proof",
            "snapshot": "proof",
            "valid_from": "proof",
            "expires_at": "proof",
            "until": "proof",
            "level": "proof",
            "cap_count": "proof",
            "cap_days": "proof",
            "confirms": "proof",
            "recorded_at": "proof",
            "source": "proof",
            "log_event": "proof",
        }

    class Meta:
        indexes = [
            models.Index(
                name="consent_event_of_subject", fields=["subject", "valid_from", "recorded_at"]
            ),
            models.Index(name="consent_event_from_source", fields=["source"]),
            models.Index(
                name="consent_event_no_to_purpose", fields=["purpose"], condition=Q(state__in=NOES)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="consent_event_given_or_refused_names_a_purpose",
                condition=~Q(
                    state__in=[
                        "given",
                        "refused",
                        "withdrawn",
                        "opted_in",
                        "renewed",
                        "waiting",
                        "confirmed",
                        "revoked",
                        "unknown",
                    ]
                )
                | Q(purpose__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_event_yes_names_its_notice",
                condition=~Q(state__in=["given", "opted_in", "renewed", "waiting", "confirmed"])
                | Q(notice__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_event_expires_after_it_begins",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="consent_event_confirmation_names_what_waited",
                condition=~Q(state="confirmed") | Q(confirms__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_event_level_is_one_of_five",
                condition=Q(state="level_set", level__isnull=False, level__lte=4)
                | (~Q(state="level_set") & Q(level__isnull=True)),
            ),
            models.CheckConstraint(
                name="consent_event_cap_has_a_count_and_its_days",
                condition=Q(cap_count__isnull=True, cap_days__isnull=True)
                | Q(state="cap_set", cap_count__isnull=False, cap_days__gte=1),
            ),
            models.CheckConstraint(
                name="consent_event_stop_ends_after_it_begins",
                condition=Q(until__isnull=True)
                | Q(state="stopped", until__gt=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="consent_event_is_not_valid_in_the_future",
                condition=Q(valid_from__lte=models.F("recorded_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.id}"
