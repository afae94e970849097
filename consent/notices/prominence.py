"""Are two answers equally prominent? Over measures that a component brings along.

The rule is 11 CCR 7004(a)(2) and (4), EDPB Guidelines 03/2022 (hidden in plain sight): the same
kind of element, the same type and frame, sizes within 5 %, contrast within 10 % and at least
4.5, targets of at least 44 px, No first, and nothing chosen beforehand.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# Rendered by us, measured in a real browser by tests before each release.
EXCHANGE_CARD = "exchange-card"
ATTESTED = frozenset({EXCHANGE_CARD})
PARTNERS_OWN = "own"
SIZE, CONTRAST, LEAST_CONTRAST, LEAST_TARGET = 1.05, 1.1, 4.5, 44.0
NO_FIRST = ("no", "yes")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer as drawn: sizes in CSS px, `look` all that types and frames it."""

    element: str
    width: float
    height: float
    contrast: float
    look: str


@dataclass(frozen=True, slots=True)
class Component:
    """The options in the order of the page, and which of them was chosen beforehand, if any."""

    options: Mapping[str, Option]
    order: tuple[str, ...]
    preselected: str = ""


def faults(component: Component) -> tuple[str, ...]:
    """What makes the choice unfair; empty where nothing does."""
    found: list[str] = []
    if component.order != NO_FIRST or set(component.options) != set(NO_FIRST):
        return ("the options are not exactly No and then Yes",)
    if component.preselected:
        found.append("an option is preselected")
    no, yes = (component.options[name] for name in NO_FIRST)
    if no.element != yes.element:
        found.append("the elements differ")
    if no.look != yes.look:
        found.append("the looks differ")
    found.extend(
        f"{name} differs"
        for name, a, b, most in (
            ("width", no.width, yes.width, SIZE),
            ("height", no.height, yes.height, SIZE),
            ("contrast", no.contrast, yes.contrast, CONTRAST),
        )
        if not _within(a, b, most)
    )
    if not min(no.contrast, yes.contrast) >= LEAST_CONTRAST:
        found.append("text contrast below 4.5")
    if not min(no.height, yes.height) >= LEAST_TARGET:
        found.append("a target is under 44 px")
    return tuple(found)


def _within(a: float, b: float, most: float) -> bool:
    # Because a comparison with what is not a number is false, such a measure is never equal.
    return a > 0 and b > 0 and a <= b * most and b <= a * most
