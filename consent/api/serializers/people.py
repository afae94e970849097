"""What may be said of a new person."""

from datetime import date

from django.utils import timezone
from rest_framework import serializers

from consent.api.serializers.fields import Code
from consent.api.subjects import OLDEST


def check_birth_date(value: date) -> None:
    """Raises ValidationError for a date nobody alive was born on."""
    today = timezone.now().date()
    if value > today or today.year - value.year > OLDEST:
        raise serializers.ValidationError("Nobody alive was born on this date.")


class PersonSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What may be said of a new person; ignored for one we know."""

    jurisdiction = Code(
        required=False,
        help_text="A jurisdiction profile (EU-DE, US-CA), or several joined by +. For a new "
        "person only; without it the strictest rules hold.",
    )
    birth_date = serializers.DateField(
        required=False,
        validators=[check_birth_date],
        help_text="For a new person only; kept coarsely, as a month.",
    )
