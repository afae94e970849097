"""What the personalization features may read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from consent.models.channels import Channel
from consent.models.purposes import Purpose


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
