"""Authorised agents (CIV 1798.185(a)(7), 11 CCR 7063) and what they asked for people."""

from django.db import models
from django.db.models import Q


class AuthorizedAgent(models.Model):
    """An agent whose key the operator has seen; only its verify key and a token's hash are kept."""

    id = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=200)
    verify_key = models.BinaryField(max_length=32)
    token_digest = models.BinaryField(max_length=32, null=True, blank=True, unique=True)
    added_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields = {
            "id": "operational",
            "name": "operational",
            "verify_key": "operational",
            "token_digest": "operational",
            "added_at": "operational",
            "paused_at": "operational",
        }

    def __str__(self) -> str:
        return self.id


class AgentRequest(models.Model):
    """One signed request, kept for the proof that it was answered (11 CCR 7101).

    `digest` is of the whole message, so that none is taken twice. What the agent said about the
    person is not kept; `subject` is who was found.
    """

    class Status(models.TextChoices):
        OPEN = "open"
        IN_PROGRESS = "in_progress"
        FULFILLED = "fulfilled"
        REVOKED = "revoked"
        DENIED = "denied"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True)
    agent = models.ForeignKey(AuthorizedAgent, on_delete=models.PROTECT, related_name="requests")
    exercise = models.CharField(max_length=40)
    regime = models.CharField(max_length=20, blank=True)
    agent_request_id = models.CharField(max_length=100, blank=True)
    digest = models.BinaryField(max_length=32, unique=True)
    subject = models.ForeignKey(
        "consent.Subject", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=20, choices=Status.choices)
    reason = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()

    class Privacy:
        fields = {
            "id": "proof",
            "agent": "proof",
            "exercise": "proof",
            "regime": "proof",
            "agent_request_id": "pseudonymous",
            "digest": "proof",
            "subject": "pseudonymous",
            "status": "proof",
            "reason": "proof",
            "received_at": "proof",
        }

    class Meta:
        indexes = [
            models.Index(name="profiles_agentrequest_age", fields=["received_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="profiles_agentrequest_denied_says_why",
                condition=~Q(status="denied") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise} {self.id}"
