"""What partners confirm and ask about asking."""

from typing import Any

from rest_framework import serializers

from consent import snapshots
from consent.api.serializers.fields import Code, StrictText, SubjectId


class AcknowledgementSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Applied up to: a place in the feed, or an epoch of one person."""

    cursor = StrictText(max_length=4000, required=False, help_text="Of GET /v1/changes.")
    subject = SubjectId(required=False)
    epoch = serializers.IntegerField(required=False, min_value=1, max_value=2**62)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two forms."""
        if set(attrs) not in ({"cursor"}, {"subject", "epoch"}):
            raise serializers.ValidationError("Send either cursor, or subject and epoch.")
        return attrs


class AskSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Where a question would be put, in the query."""

    subject = SubjectId()
    surface = Code(help_text="A surface of your own.")
    visit = StrictText(max_length=200, trim_whitespace=False)
    language = Code(required=False, default="en")

    def validate_surface(self, value: str) -> str:
        """Because a token for a page of ours stands for words that we drew."""
        if value in snapshots.RENDERED:
            raise serializers.ValidationError("This is a surface of ours; name one of yours.")
        return value


class AskClosedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Whose question was closed."""

    subject = SubjectId()
