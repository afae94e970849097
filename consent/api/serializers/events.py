"""What a person said."""

from rest_framework import serializers

from consent.acts import RESTRICTIVE
from consent.api.authzen import MOST_ATTRIBUTES
from consent.api.serializers.fields import (
    EVIDENCE,
    NOTICE,
    SNAPSHOT,
    Code,
    Moment,
    StrictText,
    SubjectId,
)
from consent.api.serializers.people import PersonSerializer
from consent.api.serializers.shown import ComponentSerializer

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


class CapSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """How often at most."""

    times = serializers.IntegerField(min_value=0)
    days = serializers.IntegerField(min_value=1)


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
