"""The closed catalogue: whose purposes there are, over which attributes, on what basis."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Controller(models.Model):
    """Who decides why and how data are processed (GDPR Art. 4(7)); a brand, in a shop's words."""

    code = models.SlugField(primary_key=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    contact = models.CharField(max_length=200, help_text="Where people reach the privacy office.")

    class Privacy:
        fields = {
            "code": "operational",
            "name": "operational",
            "country": "operational",
            "contact": "operational",
        }

    def __str__(self) -> str:
        return self.code


class Attribute(models.Model):
    """A category of personal data; dots make the tree (`purchases` holds `purchases.produce`)."""

    class DataClass(models.TextChoices):
        ORDINARY = "ordinary"
        SENSITIVE = "sensitive"
        SPECIAL = "special"

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

    class Privacy:
        fields = {
            "code": "operational",
            "label": "operational",
            "data_class": "operational",
            "dpv": "operational",
            "is_group": "operational",
            "provenance": "operational",
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
        ]

    def __str__(self) -> str:
        return self.code


class Purpose(models.Model):
    """One reason for a use (GDPR Art. 5(1)(b)); a code that is not here is denied."""

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT)
    code = models.SlugField(max_length=60)
    purpose_class = models.CharField(max_length=40)
    label = models.JSONField(help_text="Language code to name.")
    attributes = ArrayField(
        models.CharField(max_length=100), help_text="Codes it may use; a group covers its members."
    )
    channels = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Empty: all."
    )
    asked = models.BooleanField(
        default=True, help_text="A person can say Yes or No to it in the portal."
    )
    position = models.PositiveSmallIntegerField(default=0)
    dpv = models.URLField(blank=True)
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields = {
            "id": "operational",
            "controller": "operational",
            "code": "operational",
            "purpose_class": "operational",
            "label": "operational",
            "attributes": "operational",
            "channels": "operational",
            "asked": "operational",
            "position": "operational",
            "dpv": "operational",
            "retention_days": "operational",
            "retired_at": "operational",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_purpose_code_is_unique_per_controller",
                fields=["controller", "code"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.controller_id}:{self.code}"


class LegalBasis(models.Model):
    """The one basis of a purpose in a jurisdiction during a time (GDPR Art. 6(1), 13(1)(c)).

    `conditions` are the documented facts the rules ask for, in the words of the decision
    table: lia_recorded, contract_necessary, soft_opt_in_conditions, adm_safeguards ...
    """

    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="bases")
    jurisdiction = models.CharField(
        max_length=20, help_text="A profile (EU-DE), a family (EU, US) or * for all others."
    )
    basis = models.CharField(max_length=40)
    conditions = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    effective_from = models.DateTimeField()
    effective_until = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields = {
            "id": "operational",
            "purpose": "operational",
            "jurisdiction": "operational",
            "basis": "operational",
            "conditions": "operational",
            "effective_from": "operational",
            "effective_until": "operational",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_legalbasis_is_one_per_purpose_jurisdiction_and_start",
                fields=["purpose", "jurisdiction", "effective_from"],
            ),
            models.CheckConstraint(
                name="consent_legalbasis_ends_after_it_begins",
                condition=Q(effective_until__isnull=True)
                | Q(effective_until__gt=models.F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose_id} {self.jurisdiction} {self.basis}"


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
