"""What was found in a string: things said, and parts that cannot count as a Yes."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Saying(NamedTuple):
    """One thing that a string says: a state of the consent events, and its scope."""

    state: str
    purpose: str | None = None
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A part of a string that cannot count as a Yes: a code, words, what to do about it."""

    part: str
    code: str
    detail: str
    fix: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a string says, the Yes apart from what restricts, and what of it is unusable.

    `day` and `language` are when (UTC) and in which words a Yes of it was asked for.
    """

    permissive: tuple[Saying, ...] = ()
    restrictive: tuple[Saying, ...] = ()
    unusable: tuple[Unusable, ...] = ()
    day: date | None = None
    language: str = ""
