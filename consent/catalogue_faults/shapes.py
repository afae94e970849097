"""Whether a part of a catalogue document has its form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from consent.catalogue_faults.values import (
    ATTRIBUTE,
    COUNTRY,
    JURISDICTION,
    NAME,
    SLUG,
    Check,
    matches,
)


def label(value: Any) -> str | None:
    good = (
        isinstance(value, Mapping)
        and isinstance(value.get("en"), str)
        and all(isinstance(text, str) and text.strip() for text in value.values())
    )
    return None if good else "Give a name for each language, English (en) among them."


def moment_of(value: Any) -> str | None:
    says = "Give a time with its offset, such as 2026-11-22T00:00:00+00:00."
    if not isinstance(value, str):
        return says
    try:
        return None if datetime.fromisoformat(value).tzinfo is not None else says
    except ValueError:
        return says


def or_none_of(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def each_of(check: Check) -> Check:
    def every(value: Any) -> str | None:
        if not isinstance(value, list):
            return "This is not a list."
        return next((says for says in map(check, value) if says), None)

    return every


def _anything(value: Any) -> str | None:
    return None


CODE_of = matches(SLUG, "A code has small letters, digits, _ and - only, 60 at most.")
PURPOSE_of = matches(NAME, "This is not the name of a purpose.")
DATA_of = matches(ATTRIBUTE, "A code of data is small letters, digits and _, parts joined by dots.")
PLACE_of = matches(JURISDICTION, "Use a profile (EU-DE), a family (EU, US) or * for all others.")
LAND_of = matches(COUNTRY, "Use the two capital letters of ISO 3166-1.")
LIST_of = each_of(_anything)
MAPPING: Check = lambda value: None if isinstance(value, Mapping) else "This is not an object."  # noqa: E731
