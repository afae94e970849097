"""The products on offer, why somebody was shown something, and how far a data set was loaded."""

from django.db import models


class Product(models.Model):
    """Something the shop sells. How popular it is follows from consented purchases, in memory.

    `offered` is false for what is never suggested unasked: alcohol, tobacco, medicines and
    other quiet topics, fuel, coupons.
    """

    code = models.CharField(max_length=40, primary_key=True)
    title = models.CharField(max_length=200)
    department = models.CharField(
        max_length=100, help_text="The attribute its purchases belong to (purchases.produce)."
    )
    category = models.CharField(max_length=120, blank=True)
    brand = models.CharField(max_length=60, blank=True)
    offered = models.BooleanField(default=True)

    class Privacy:
        fields = {
            "code": "operational",
            "title": "operational",
            "department": "operational",
            "category": "operational",
            "brand": "operational",
            "offered": "operational",
        }

    def __str__(self) -> str:
        return self.code


class Explanation(models.Model):
    """Why one answer was what it was: encrypted under the person's key, kept for 90 days."""

    decision = models.UUIDField(primary_key=True)
    subject = models.UUIDField()
    box = models.BinaryField()
    at = models.DateTimeField()

    class Privacy:
        fields = {
            "decision": "pseudonymous",
            "subject": "pseudonymous",
            "box": "personal",
            "at": "personal",
        }

    class Meta:
        indexes = [
            models.Index(name="personal_explained_to", fields=["subject", "at"]),
            models.Index(name="personal_explained_at", fields=["at"]),
        ]

    def __str__(self) -> str:
        return str(self.decision)


class DatasetLoad(models.Model):
    """How far a data set was loaded, so that no part is loaded twice.

    Because an erased person would otherwise come back with the next start.
    """

    name = models.CharField(max_length=60, primary_key=True)
    position = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Privacy:
        fields = {
            "name": "operational",
            "position": "operational",
            "started_at": "operational",
            "moved_at": "operational",
        }

    def __str__(self) -> str:
        return f"{self.name} up to {self.position}"
