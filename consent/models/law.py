"""Law that an operator loaded, and the catalogue as it was after each import."""

from django.db import models


class JurisdictionEdition(models.Model):
    """A profile of a jurisdiction from a day on, beside those that ship.

    `accepted_by` names the officer who took the responsibility where it protects less.
    """

    code = models.CharField(max_length=20)
    effective_from = models.DateTimeField()
    profile = models.JSONField(help_text="All members of consent.jurisdictions.Profile.")
    accepted_by = models.CharField(max_length=200, blank=True)
    loaded_at = models.DateTimeField()

    class Privacy:
        fields = {
            "id": "operational",
            "code": "operational",
            "effective_from": "operational",
            "profile": "operational",
            # Because it names somebody who answers for a decision of the company.
            "accepted_by": "proof",
            "loaded_at": "operational",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_jurisdictionedition_is_one_per_start",
                fields=["code", "effective_from"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} from {self.effective_from:%Y-%m-%d}"


class CatalogueSnapshot(models.Model):
    """The whole catalogue as a document, as an import left it; append-only."""

    version = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=200)
    document = models.JSONField()

    class Privacy:
        fields = {
            "version": "operational",
            "at": "operational",
            "by": "proof",
            "document": "operational",
        }

    def __str__(self) -> str:
        return f"{self.version} at {self.at.isoformat()}"
