"""Who decides why and how data are processed, and the number of the catalogue."""

from django.db import models
from django.db.models import Q


class Controller(models.Model):
    """Who decides why and how data are processed (GDPR Art. 4(7)); a brand, in a shop's words."""

    code = models.SlugField(primary_key=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    contact = models.CharField(max_length=200, help_text="Where people reach the privacy office.")
    is_main = models.BooleanField(
        default=False, help_text="Its purposes are named by their bare codes; exactly one is."
    )

    class Privacy:
        fields = {
            "code": "operational",
            "name": "operational",
            "country": "operational",
            "contact": "operational",
            "is_main": "operational",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_controller_is_main_only_once",
                fields=["is_main"],
                condition=Q(is_main=True),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CatalogueVersion(models.Model):
    """One row: the number that changes with every change of the catalogue."""

    singleton = models.BooleanField(primary_key=True, default=True)
    version = models.BigIntegerField(default=1)

    class Privacy:
        fields = {"singleton": "operational", "version": "operational"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_catalogueversion_is_one_row", condition=Q(singleton=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)
