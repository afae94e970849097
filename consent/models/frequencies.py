"""How many messages a person was open to, so that a cap can be kept."""

from django.db import models

from consent.models.subjects import Subject


class MessageCount(models.Model):
    """Permits for messages to one person, by channel and day (UTC); no word of what was in them."""

    subject = models.ForeignKey(
        Subject, on_delete=models.CASCADE, db_index=False, related_name="message_counts"
    )
    channel = models.CharField(max_length=40)
    day = models.DateField()
    count = models.PositiveIntegerField()

    class Privacy:
        fields = {
            "id": "operational",
            "subject": "pseudonymous",
            "channel": "pseudonymous",
            "day": "pseudonymous",
            "count": "pseudonymous",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_messagecount_is_one_per_channel_and_day",
                fields=["subject", "channel", "day"],
            ),
        ]
        indexes = [models.Index(name="consent_messagecount_by_day", fields=["day"])]

    def __str__(self) -> str:
        return f"{self.count} on {self.channel}"
