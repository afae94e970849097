"""What a line of an import says of how a Yes was asked, where it says so."""

from typing import Any

from consent.actions import showing
from consent.api.serializers import ComponentSerializer, component_of, refuse_bundle
from consent.errors import ConsentRefused

# Because these bind an answer to the moment at which it is given, and a line tells of the past.
OF_THE_MOMENT = ("snapshot", "confirm_token", "if_epoch")
_ASKED = frozenset({"purposes", "component", *OF_THE_MOMENT})


def check(data: dict[str, Any], state: str) -> None:
    """Raises ConsentRefused for a bundle, and for a Yes by an unfair control or with a token."""
    if data.keys().isdisjoint(_ASKED) and not isinstance(data.get("purpose"), list):
        return
    refuse_bundle(data)
    if state not in showing.YES:
        return
    for name in OF_THE_MOMENT:
        if name in data:
            raise ConsentRefused(
                "INVALID_REQUEST",
                f"{name} is of the moment of an answer, and an import tells of the past.",
                fix="Send what is said now to POST /v1/consent-events, or leave the member out.",
                pointer=f"/{name}",
            )
    if data.get("component") is not None:
        drawn = ComponentSerializer(data=data["component"])
        if not drawn.is_valid():
            raise ConsentRefused(
                "INVALID_REQUEST",
                "component does not say how both answers were drawn.",
                fix="Send options (answer, element, width, height, contrast, look), No first.",
                pointer="/component",
            )
        showing.check_fair(component_of(drawn.validated_data))
