"""What partners send to consent, and the shape of what they get; meaning is checked by actions."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consent.acts import RESTRICTIVE
from consent.api.authzen import CODE, LONGEST_IDENTIFIER, MOST_ATTRIBUTES, read_time
from consent.api.subjects import OLDEST
from consent.errors import ConsentRefused

STATES = (
    "given",
    "refused",
    "withdrawn",
    "objected",
    "opted_out",
    "opted_in",
    "renewed",
    "limited",
    "restricted",
    "unrestricted",
    "stopped",
    "resumed",
    "level_set",
    "cap_set",
)
ACTORS = ("person", "guardian", "agent", "browser", "officer")
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


def check_birth_date(value: date) -> None:
    """Raises ValidationError for a date nobody alive was born on."""
    today = timezone.now().date()
    if value > today or today.year - value.year > OLDEST:
        raise serializers.ValidationError("Nobody alive was born on this date.")


class CapSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """How often at most."""

    times = serializers.IntegerField(min_value=0)
    days = serializers.IntegerField(min_value=1)


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


def refuse_bundle(sent: Any) -> None:
    """One control, one purpose: raises ConsentRefused where one answer is meant for several."""
    several = isinstance(sent, dict) and (
        "purposes" in sent or isinstance(sent.get("purpose"), list | tuple)
    )
    if several:
        raise ConsentRefused(
            "PURPOSES_BUNDLED",
            "One answer is to one purpose.",
            fix="Ask for each purpose with its own No and Yes, and send one event for each.",
            pointer="/purpose",
        )


class OptionSerializer(serializers.Serializer[Any]):
    """One of the two answers as it was drawn."""

    answer = serializers.ChoiceField(("no", "yes"))
    element = StrictText(max_length=20, help_text="The kind of element, such as BUTTON.")
    width = serializers.FloatField(min_value=0, max_value=10_000, help_text="CSS px.")
    height = serializers.FloatField(min_value=0, max_value=10_000, help_text="CSS px.")
    contrast = serializers.FloatField(
        min_value=1, max_value=21, help_text="WCAG ratio of its text."
    )
    look = StrictText(
        max_length=500, help_text="Font, weight, border, ground: the computed style, one string."
    )


class ComponentSerializer(serializers.Serializer[Any]):
    """The control a Yes was given with, in the order of the page."""

    options = serializers.ListField(child=OptionSerializer(), min_length=1, max_length=8)
    preselected = serializers.ChoiceField(
        ("", "no", "yes"), required=False, default="", help_text="What was chosen beforehand."
    )


class ConsentEventSerializer(PersonSerializer):
    """One thing a person said."""

    subject = SubjectId()
    state = Code(help_text="One of: " + ", ".join(STATES) + ".")
    purpose = Code(required=False)
    attributes = serializers.ListField(
        child=Code(), required=False, max_length=MOST_ATTRIBUTES, help_text="Empty: all."
    )
    channels = serializers.ListField(child=Code(), required=False, max_length=16)
    recipient = Code(required=False, help_text="Narrows the act to one recipient.")
    notice = serializers.RegexField(
        NOTICE, required=False, help_text="What was shown: purpose@version."
    )
    language = Code(required=False)
    shown_at = Moment(required=False)
    method = Code(required=False, default="api")
    actor = serializers.ChoiceField(ACTORS, required=False, default="person")
    evidence = serializers.RegexField(
        EVIDENCE, required=False, help_text="A reference to evidence, never a value."
    )
    explicit = serializers.BooleanField(
        required=False,
        default=False,
        help_text="The person made a separate, explicit statement (GDPR Art. 9(2)(a)).",
    )
    confirm_token = StrictText(
        required=False,
        max_length=2048,
        help_text="The second step of `opted_in`: the token that the first step's 409 gave.",
    )
    level = serializers.IntegerField(
        required=False, help_text="With level_set: how personal at most, 0 to 4."
    )
    cap = CapSerializer(
        required=False, allow_null=True, help_text="With cap_set: times in days; null lifts it."
    )
    until = Moment(required=False)
    snapshot = serializers.RegexField(
        SNAPSHOT,
        required=False,
        help_text="The token that came with the words: GET /v1/purposes/{name}/notices/{version}.",
    )
    component = ComponentSerializer(
        required=False, help_text="For a control of your own: how No and Yes were drawn."
    )
    if_epoch = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text="409 when the state has moved; ignored where the act restricts "
        f"({', '.join(sorted(RESTRICTIVE & set(STATES)))}).",
    )


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
    surface = Code()
    visit = StrictText(max_length=200, trim_whitespace=False)
    language = Code(required=False, default="en")


class AskClosedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Whose question was closed."""

    subject = SubjectId()
