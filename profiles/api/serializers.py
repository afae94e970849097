"""What partners send about attributes and requests."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consent.api.authzen import MOST_ATTRIBUTES
from consent.api.serializers import Code, PersonSerializer, SubjectId
from profiles import rights

LONGEST_TEXT = 1000


@extend_schema_field({"type": ["string", "number", "boolean"]})
class AttributeValue(serializers.Field):  # type: ignore[type-arg]
    """A single value: a text, a number, true or false."""

    def to_internal_value(self, data: Any) -> str | int | float | bool:
        """The value as it was sent."""
        if isinstance(data, bool | int | float):
            return data
        if isinstance(data, str) and 0 < len(data) <= LONGEST_TEXT:
            return data
        raise serializers.ValidationError(
            f"A value is a number, true, false or a text of 1 to {LONGEST_TEXT} characters."
        )

    def to_representation(self, value: Any) -> Any:
        """The value."""
        return value


class AttributesSerializer(PersonSerializer):
    """Values to keep of one person."""

    attributes = serializers.DictField(child=AttributeValue(), allow_empty=False)

    def get_fields(self) -> dict[str, Any]:
        """Adds `source`, a name that the framework keeps for itself as a class attribute."""
        where = Code(required=False, default="partner", help_text="Where the values come from.")
        return super().get_fields() | {"source": where}

    def validate_attributes(self, values: dict[str, Any]) -> dict[str, Any]:
        """At most 64 at once."""
        if len(values) > MOST_ATTRIBUTES:
            raise serializers.ValidationError(f"At most {MOST_ATTRIBUTES} attributes at once.")
        return values


class AttributesQuery(serializers.Serializer):  # type: ignore[type-arg]
    """For what the values are wanted, and which."""

    purpose = Code()
    attributes = serializers.CharField(
        max_length=4096, help_text="Codes of attributes or groups, separated by commas."
    )
    channel = Code(required=False, default=None)

    def validate_attributes(self, given: str) -> tuple[str, ...]:
        """The codes, each once."""
        codes = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
        if not codes or len(codes) > MOST_ATTRIBUTES:
            raise serializers.ValidationError(f"Name 1 to {MOST_ATTRIBUTES} attributes.")
        for code in codes:
            Code().run_validation(code)
        return codes


class RequestSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A person's request about their data, made here or passed on."""

    subject = SubjectId()
    right = Code(help_text="One of: " + ", ".join(rights.RIGHTS) + ".")
    undo = serializers.BooleanField(
        required=False, default=True, help_text="false skips the time to take an erasure back."
    )
    purpose = Code(required=False, help_text="For an objection to one purpose.")
