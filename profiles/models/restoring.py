"""What tells a restored database from the one that was lost, and what was done about it."""

from django.db import models
from django.db.models import Q


class HighWater(models.Model):
    """One row: a number that only rises, and of which the key store keeps its own."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    class Privacy:
        fields = {"id": "operational", "number": "operational"}

    class Meta:
        constraints = [
            models.CheckConstraint(name="profiles_highwater_is_one_row", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Restoration(models.Model):
    """One run of the restore gate: what was erased again, and which time nobody remembers.

    Between `known_until` and `at` consents may have been given and withdrawn that are lost:
    `lost` entries of the log, as far as a published checkpoint tells.
    """

    at = models.DateTimeField()
    known_until = models.DateTimeField(null=True)
    lost = models.BigIntegerField()
    people_erased = models.BigIntegerField()
    keys_destroyed = models.BigIntegerField()

    class Privacy:
        fields = dict.fromkeys(
            ("id", "at", "known_until", "lost", "people_erased", "keys_destroyed"), "operational"
        )

    def __str__(self) -> str:
        return f"restored, {self.people_erased} erased again"
