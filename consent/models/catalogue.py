"""The closed catalogue: whose purposes there are, over which attributes, on what basis."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat

from consent.vocabulary import LEGAL_BASES


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


class Channel(models.Model):
    """A way to reach or to watch somebody; each is gated on its own, an unknown one is denied."""

    code = models.SlugField(max_length=40, primary_key=True)
    label = models.JSONField(help_text="Language code to name.")
    electronic = models.BooleanField(
        help_text="Electronic mail in the sense of ePrivacy Art. 13, or a device."
    )
    default_level = models.PositiveSmallIntegerField(
        help_text="Step of personalisation (0 to 4) where the person has set no ceiling."
    )
    needs_named_yes = models.BooleanField(
        default=False, help_text="Off until a Yes names it; a Yes to all channels does not."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Privacy:
        fields = {
            "code": "operational",
            "label": "operational",
            "electronic": "operational",
            "default_level": "operational",
            "needs_named_yes": "operational",
            "position": "operational",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_channel_default_level_is_a_step",
                condition=Q(default_level__lte=4),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Purpose(models.Model):
    """One reason for a use (GDPR Art. 5(1)(b)); a name that is not here is denied.

    `name` is the bare code of a purpose of the main controller, `controller:code` of any
    other. Everything that speaks of a purpose says its name, so that two brands may use one code.
    """

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT)
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=60, unique=True)
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
    source = models.CharField(
        max_length=200, blank=True, help_text="Who gives us data from outside, by name (Art. 14)."
    )
    minimum_people = models.PositiveIntegerField(
        null=True, blank=True, help_text="Only figures over at least so many people come of it."
    )
    incentive = models.JSONField(
        null=True, blank=True, help_text="The notice of financial incentive (11 CCR 7016)."
    )

    class Privacy:
        fields = {
            "id": "operational",
            "controller": "operational",
            "code": "operational",
            "name": "operational",
            "purpose_class": "operational",
            "label": "operational",
            "attributes": "operational",
            "channels": "operational",
            "asked": "operational",
            "position": "operational",
            "dpv": "operational",
            "retention_days": "operational",
            "retired_at": "operational",
            "source": "operational",
            "minimum_people": "operational",
            "incentive": "operational",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_purpose_code_is_unique_per_controller",
                fields=["controller", "code"],
            ),
            models.CheckConstraint(
                name="consent_purpose_name_is_made_of_controller_and_code",
                condition=Q(name=models.F("code"))
                | Q(
                    name=Concat(
                        "controller_id", Value(":"), "code", output_field=models.CharField()
                    )
                ),
            ),
            models.CheckConstraint(
                name="consent_purpose_figures_are_over_several_people",
                condition=Q(minimum_people__isnull=True) | Q(minimum_people__gte=2),
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
                name="consent_legalbasis_basis_is_known",
                condition=Q(basis__in=sorted(LEGAL_BASES)),
            ),
            models.CheckConstraint(
                name="consent_legalbasis_ends_after_it_begins",
                condition=Q(effective_until__isnull=True)
                | Q(effective_until__gt=models.F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose_id} {self.jurisdiction} {self.basis}"


class Feature(models.Model):
    """What a feature asks for; `personalization/features.py` declares the same, with its code."""

    code = models.SlugField(max_length=60, primary_key=True)
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="features")
    required = ArrayField(models.CharField(max_length=100))
    optional = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, null=True, blank=True)
    minimum_level = models.PositiveSmallIntegerField()
    fallback = models.CharField(
        max_length=60, help_text="What it shows where it may read nothing of the person."
    )

    class Privacy:
        fields = {
            "code": "operational",
            "purpose": "operational",
            "required": "operational",
            "optional": "operational",
            "channel": "operational",
            "minimum_level": "operational",
            "fallback": "operational",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_feature_minimum_level_is_a_step",
                condition=Q(minimum_level__lte=4),
            ),
            models.CheckConstraint(
                name="consent_feature_names_what_it_cannot_do_without",
                condition=Q(required__len__gt=0),
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
