"""The tree of categories of data."""

from django.db import models
from django.db.models import Q


class Attribute(models.Model):
    """A category of personal data; dots make the tree (`purchases` holds `purchases.produce`)."""

    class DataClass(models.TextChoices):
        ORDINARY = "ordinary"
        SENSITIVE = "sensitive"
        SPECIAL = "special"

    class Provider(models.TextChoices):
        PERSON = "person"
        SHOP = "shop"
        PARTNER = "partner"
        SOCIAL = "social"
        COMPETITOR = "competitor"

    code = models.CharField(max_length=100, primary_key=True)
    label = models.JSONField(help_text="Language code to name.")
    data_class = models.CharField(
        max_length=20, choices=DataClass.choices, default=DataClass.ORDINARY
    )
    dpv = models.URLField(blank=True, help_text="The category's IRI in W3C DPV.")
    is_group = models.BooleanField(default=False)
    provenance = models.CharField(
        max_length=20,
        default="provided",
        help_text="provided, observed or inferred: portability covers the first two (Art. 20).",
    )
    provider = models.CharField(
        max_length=20,
        choices=Provider.choices,
        default=Provider.PERSON,
        help_text="Who gives it to us; what comes from outside is a question of its own (Art. 14).",
    )

    class Privacy:
        fields = {
            "code": "operational",
            "label": "operational",
            "data_class": "operational",
            "dpv": "operational",
            "is_group": "operational",
            "provenance": "operational",
            "provider": "operational",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_attribute_code_is_dotted_lower_case",
                condition=Q(code__regex=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$"),
            ),
            models.CheckConstraint(
                name="consent_attribute_provenance_is_known",
                condition=Q(provenance__in=["provided", "observed", "inferred"]),
            ),
            models.CheckConstraint(
                name="consent_attribute_provider_is_known",
                condition=Q(provider__in=["person", "shop", "partner", "social", "competitor"]),
            ),
        ]

    def __str__(self) -> str:
        return self.code
