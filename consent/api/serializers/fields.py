"""Fields that take what was sent as it was sent."""

from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consent.api.authzen import CODE, LONGEST_IDENTIFIER, read_time

NOTICE = r"^[A-Za-z0-9_:-]{1,60}@[1-9][0-9]{0,5}$"
SNAPSHOT = r"^[A-Za-z0-9._-]{1,1000}$"
# Because evidence is a reference; an address or a sentence is refused.
EVIDENCE = r"^[A-Za-z0-9._:/#-]{1,200}$"


class StrictText(serializers.CharField):
    """A text that was sent as one: numbers and booleans are not turned into text."""

    def to_internal_value(self, data: Any) -> str:
        """The text, stripped of nothing."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Code(StrictText):
    """A code of the catalogue or of a list: letters, digits and `._:+-`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=64, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        """The code; anything else is refused without being repeated."""
        text = super().to_internal_value(data)
        if not CODE.fullmatch(text):
            raise serializers.ValidationError("This is not a code.")
        return text


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(serializers.Field):  # type: ignore[type-arg]
    """An RFC 3339 time with its offset."""

    def to_internal_value(self, data: Any) -> datetime:
        """The time in UTC."""
        moment = read_time(data)
        if moment is None:
            raise serializers.ValidationError("This is not an RFC 3339 time with its offset.")
        return moment

    def to_representation(self, value: Any) -> str:
        """The time in UTC."""
        return str(value)


class SubjectId(StrictText):
    """`ps_...`, or a first party's `ref:SYSTEM:ID`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_IDENTIFIER, trim_whitespace=False, **options)
