"""Replays that officers asked for: how far they have come and what they found."""

from django.db import models
from django.db.models import Q


class ReplayRun(models.Model):
    """One "what if": a draft catalogue against the decisions of a time.

    `result` holds counts and codes, never a person. `failure` is a code.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True)
    by = models.CharField(max_length=60, help_text="The officer's id.")
    name = models.CharField(max_length=120, help_text="What the officer calls the draft.")
    draft = models.JSONField()
    digest = models.BinaryField(max_length=32)
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    failure = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Privacy:
        fields = {
            "id": "operational",
            "by": "operational",
            "name": "operational",
            "draft": "operational",
            "digest": "operational",
            "since": "operational",
            "until": "operational",
            "state": "operational",
            "decided": "operational",
            "total": "operational",
            "result": "operational",
            "failure": "operational",
            "asked_at": "operational",
            "moved_at": "operational",
        }

    class Meta:
        indexes = [models.Index(name="consent_replayrun_newest", fields=["-asked_at"])]
        constraints = [
            models.CheckConstraint(
                name="consent_replayrun_done_has_a_result",
                condition=~Q(state="done") | Q(result__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
