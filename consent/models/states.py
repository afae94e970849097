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


class KeptStanding(models.Model):
    """The folded standing of a person with a long history: what the next event adds to.

    `through` is the order (valid time, restrictive, recorded time) of the last event in it.
    Short histories are folded anew and have no row, so that a state stays small.
    """

    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, primary_key=True)
    content = models.JSONField()
    through_valid_from = models.DateTimeField()
    through_restrictive = models.BooleanField()
    through_recorded_at = models.DateTimeField()

    class Privacy:
        fields = {
            "subject": "pseudonymous",
            "content": "pseudonymous",
            "through_valid_from": "pseudonymous",
            "through_restrictive": "pseudonymous",
            "through_recorded_at": "pseudonymous",
        }

    def __str__(self) -> str:
        return f"standing of {self.subject_id}"


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
