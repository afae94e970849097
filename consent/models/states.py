"""What follows from a person's events now: one narrow row, pointing at a shared shape."""

from django.db import models

from consent.models.subjects import Subject


class Shape(models.Model):
    """A distinct state of consent; many people share one (docs/decisions, shapes).

    `digest` is the first 16 bytes of SHA-256 over the canonical JSON of `content`.
    """

    digest = models.BinaryField(primary_key=True, max_length=16)
    content = models.JSONField()

    class Privacy:
        fields = {"digest": "pseudonymous", "content": "pseudonymous"}

    def __str__(self) -> str:
        return bytes(self.digest).hex()


class ConsentState(models.Model):
    """The compiled state of one person.

    `epoch` counts changes; `until` is the first moment at which time alone changes the
    state (an expiry, a birthday): from then on the row must be compiled again before use.
    """

    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, primary_key=True)
    epoch = models.BigIntegerField()
    shape = models.BinaryField(max_length=16)
    until = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields = {
            "subject": "pseudonymous",
            "epoch": "pseudonymous",
            "shape": "pseudonymous",
            "until": "pseudonymous",
        }

    def __str__(self) -> str:
        return f"{self.subject_id} at {self.epoch}"
