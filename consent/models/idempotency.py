"""Answers that are given again when a caller repeats a request it is not sure of."""

from django.db import models


class IdempotentAnswer(models.Model):
    """The answer to one request that named an Idempotency-Key, kept for a day.

    `key` and `request` are keyed hashes of what was sent; `answer` holds codes, ids of events
    and times, never a value and never the id of a person.
    """

    key = models.BinaryField(primary_key=True, max_length=32)
    request = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    expires_at = models.DateTimeField()

    class Privacy:
        fields = {
            "key": "operational",
            "request": "operational",
            "status": "operational",
            "answer": "pseudonymous",
            "expires_at": "operational",
        }

    class Meta:
        indexes = [
            models.Index(name="consent_idempotentanswer_age", fields=["expires_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.status} until {self.expires_at}"
