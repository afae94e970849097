"""What one version of a notice says itself, and in which languages it has to."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from consent.notices.wording import Wording


@dataclass(frozen=True, slots=True)
class Words:
    """What a version says itself: its wordings, details, dropped languages, and its control."""

    wordings: Mapping[str, Wording]
    details: Mapping[str, str]
    dropped: Mapping[str, str]
    component: str


def languages() -> tuple[str, ...]:
    """The languages that the service speaks."""
    return tuple(code for code, _ in settings.LANGUAGES)
