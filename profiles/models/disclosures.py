"""Who really received what (GDPR Art. 15(1)(c), 19): a table, not a reading of the log."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Disclosure(models.Model):
    """Values of one person that were handed to one recipient under one permit."""

    subject = models.ForeignKey("consent.Subject", on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey("consent.Recipient", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    attributes = ArrayField(models.CharField(max_length=100))
    at = models.DateTimeField()
    permit = models.UUIDField()
    log_event = models.UUIDField()
    notified_at = models.DateTimeField(
        null=True, blank=True, help_text="When the recipient was told of an erasure (Art. 19)."
    )

    class Privacy:
        fields = {
            "id": "operational",
            "subject": "pseudonymous",
            "recipient": "operational",
            "purpose": "proof",
            "attributes": "proof",
            "at": "proof",
            "permit": "proof",
            "log_event": "proof",
            "notified_at": "proof",
        }

    class Meta:
        indexes = [models.Index(name="profiles_disclosure_of_subject", fields=["subject", "at"])]

    def __str__(self) -> str:
        return f"{self.recipient_id} received {len(self.attributes)} attributes"
