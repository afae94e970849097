"""The closed list of reasons for a use."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat

from consent.models.controllers import Controller


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
