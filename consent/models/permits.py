"""Permits open the vault; verdicts are what the rules said, written by a role of their own."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Verdict(models.Model):
    """What `decide()` permits for one (catalogue, shape, purpose, recipient, channel).

    The key is a digest of all of these, so a row is true for ever. The application's role
    can read and not write here: it cannot mint a permit the rules did not give.
    """

    key = models.BinaryField(primary_key=True, max_length=16)
    shape = models.BinaryField(max_length=16)
    catalogue = models.BigIntegerField()
    purpose = models.CharField(max_length=60)
    recipient = models.CharField(max_length=60)
    channel = models.CharField(max_length=40, blank=True)
    permitted = ArrayField(models.CharField(max_length=100))
    valid_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Privacy:
        fields = {
            "key": "operational",
            "shape": "operational",
            "catalogue": "operational",
            "purpose": "operational",
            "recipient": "operational",
            "channel": "operational",
            "permitted": "operational",
            "valid_until": "operational",
            "made_at": "operational",
        }

    def __str__(self) -> str:
        return bytes(self.key).hex()


class Permit(models.Model):
    """A decision that allows, on record: names its attributes, short-lived, checked at use.

    `subject` is empty on a bulk permit, which names `shapes` instead.
    """

    id = models.UUIDField(primary_key=True)
    subject = models.UUIDField(null=True, blank=True)
    epoch = models.BigIntegerField(null=True, blank=True)
    shapes = ArrayField(models.BinaryField(max_length=16), null=True, blank=True)
    purpose = models.CharField(max_length=60)
    recipient = models.CharField(max_length=60)
    channel = models.CharField(max_length=40, blank=True)
    attributes = ArrayField(models.CharField(max_length=100))
    expires_at = models.DateTimeField()
    log_event = models.UUIDField()

    class Privacy:
        fields = {
            "id": "operational",
            "subject": "pseudonymous",
            "epoch": "pseudonymous",
            "shapes": "operational",
            "purpose": "operational",
            "recipient": "operational",
            "channel": "operational",
            "attributes": "operational",
            "expires_at": "operational",
            "log_event": "proof",
        }

    class Meta:
        indexes = [models.Index(name="consent_permit_by_expiry", fields=["expires_at"])]
        constraints = [
            models.CheckConstraint(
                name="consent_permit_is_for_one_person_or_for_shapes",
                condition=models.Q(subject__isnull=False, epoch__isnull=False, shapes__isnull=True)
                | models.Q(subject__isnull=True, epoch__isnull=True, shapes__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
