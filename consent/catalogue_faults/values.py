"""Whether one value of a catalogue document has its form."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from consent.vocabulary import FLAGS

FORMAT: Final = "sayso-catalogue@1"
ROLES: Final = ("first_party", "processor", "joint_controller", "third_party")
PROVENANCES: Final = ("provided", "observed", "inferred")
PROVIDERS: Final = ("person", "shop", "partner", "social", "competitor")
# The documented facts that a basis may name, and what recording asks of it beside them.
CONDITIONS: Final = FLAGS | {"double_opt_in"}
DATA_CLASSES: Final = ("ordinary", "sensitive", "special")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
NAME = re.compile(r"[a-z0-9][a-z0-9_:-]{0,59}")
JURISDICTION = re.compile(r"\*|[A-Z]{2,7}(-[A-Z]{2})?")
COUNTRY = re.compile(r"[A-Z]{2}")


class Fault(NamedTuple):
    """Where (a JSON pointer, RFC 6901) and what; the value at fault is not repeated."""

    pointer: str
    says: str


Check = Callable[[Any], str | None]


def matches(pattern: re.Pattern[str], says: str) -> Check:
    def check(value: Any) -> str | None:
        return None if isinstance(value, str) and pattern.fullmatch(value) else says

    return check


def one_of_of(words: Iterable[str]) -> Check:
    known = tuple(words)

    def check(value: Any) -> str | None:
        return None if value in known else "Use one of: " + ", ".join(sorted(known)) + "."

    return check


def text(value: Any) -> str | None:
    return None if isinstance(value, str) else "This is not a text."


def filled(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "This is not a text with words."


def switch_of(value: Any) -> str | None:
    return None if isinstance(value, bool) else "This is neither true nor false."


def number(least: int, most: int) -> Check:
    def check(value: Any) -> str | None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        fits = whole and least <= value <= most
        return None if fits else f"This is not a whole number from {least} to {most}."

    return check
