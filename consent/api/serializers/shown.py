"""What a partner says it has shown."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from consent.api.serializers.fields import StrictText
from consent.errors import ConsentRefused
from consent.notices.prominence import Component, Option

_DRAWN = ("element", "width", "height", "contrast", "look")


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


def component_of(drawn: Mapping[str, Any]) -> Component:
    """A control that passed `ComponentSerializer`, as the rules compare its answers."""
    return Component(
        options={
            entry["answer"]: Option(**{name: entry[name] for name in _DRAWN})
            for entry in drawn["options"]
        },
        order=tuple(entry["answer"] for entry in drawn["options"]),
        preselected=drawn["preselected"],
    )
