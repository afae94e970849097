"""What partners send to consent, and the shape of what they get; meaning is checked by actions."""

from consent.api.serializers.asks import (
    AcknowledgementSerializer,
    AskClosedSerializer,
    AskSerializer,
)
from consent.api.serializers.events import ACTORS, STATES, CapSerializer, ConsentEventSerializer
from consent.api.serializers.fields import (
    EVIDENCE,
    NOTICE,
    SNAPSHOT,
    Code,
    Moment,
    StrictText,
    SubjectId,
)
from consent.api.serializers.people import PersonSerializer, check_birth_date
from consent.api.serializers.shown import (
    ComponentSerializer,
    OptionSerializer,
    component_of,
    refuse_bundle,
)

__all__ = [
    "ACTORS",
    "EVIDENCE",
    "NOTICE",
    "SNAPSHOT",
    "STATES",
    "AcknowledgementSerializer",
    "AskClosedSerializer",
    "AskSerializer",
    "CapSerializer",
    "Code",
    "ComponentSerializer",
    "ConsentEventSerializer",
    "Moment",
    "OptionSerializer",
    "PersonSerializer",
    "StrictText",
    "SubjectId",
    "check_birth_date",
    "component_of",
    "refuse_bundle",
]
