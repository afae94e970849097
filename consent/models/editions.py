"""Every version of the catalogue that was in force, whole, so that it can decide again."""

from django.db import models


class CatalogueEdition(models.Model):
    """One version of the catalogue from `valid_from` until the next one begins.

    `document` is that of `consent.editions`, `digest` its SHA-256.
    """

    version = models.BigIntegerField(primary_key=True)
    digest = models.BinaryField(max_length=32)
    document = models.JSONField()
    valid_from = models.DateTimeField()

    class Privacy:
        fields = {
            "version": "operational",
            "digest": "operational",
            "document": "operational",
            "valid_from": "operational",
        }

    class Meta:
        indexes = [models.Index(name="consent_edition_by_time", fields=["valid_from", "version"])]

    def __str__(self) -> str:
        return str(self.version)
