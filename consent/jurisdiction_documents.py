"""Jurisdictions as a part of the catalogue document, and which of two profiles protects less.

An edition is `{"code", "effective_from", "like", "profile"}`: `profile` has the members of
`consent.jurisdictions.Profile` but its name, or only those that differ from the profile that
ships for the code `like`. Sets are lists in rising order.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final, NamedTuple

from consent.jurisdiction_data import JURISDICTIONS
from consent.jurisdictions import (
    AutomatedDecisions,
    Edition,
    Jurisdictions,
    MinorOptIn,
    Profile,
    profile_for,
)
from consent.vocabulary import PURPOSE_CLASSES

# Without what a profile works out of its other members.
MEMBERS: Final = tuple(
    found.name for found in fields(Profile) if found.init and found.name != "name"
)
_SWITCHES: Final = frozenset(found.name for found in fields(Profile) if found.type is bool)
_CONSENT_STEPS: Final = (None, "affirmative", "explicit")
_OPT_OUTS: Final = ("profiling", "admt")
_OLDEST: Final = 120


class Unreadable(ValueError):
    """A member of a profile that cannot be; `member` is its name."""

    def __init__(self, member: str, says: str) -> None:
        super().__init__(says)
        self.member = member


class Loaded(NamedTuple):
    """An edition of an operator: for which jurisdiction, from when, with which profile."""

    code: str
    edition: Edition


def like(code: str) -> str | None:
    """Whose shipped profile a jurisdiction is written down against; None: against nobody's."""
    if code == "UK" or code.startswith("EU-"):
        return "EU"
    return "US-VA" if code.startswith("US-") and code != "US-VA" else None


def in_documents(jurisdictions: Jurisdictions) -> list[dict[str, Any]]:
    """All editions as they stand in a document: by code, the oldest first."""
    return [
        to_document(code, edition)
        for code, editions in sorted(jurisdictions.items())
        for edition in reversed(editions)
    ]


def to_document(code: str, edition: Edition) -> dict[str, Any]:
    """One edition as it stands in a document."""
    shown = {"code": code, "effective_from": edition.effective_from.isoformat()}
    model = like(code)
    members = members_of(edition.profile)
    if model is not None:
        base = members_of(profile_for(JURISDICTIONS, model, edition.effective_from))
        members = {name: value for name, value in members.items() if value != base[name]}
        shown["like"] = model
    return shown | {"profile": members}


def members_of(profile: Profile) -> dict[str, Any]:
    """All members of a profile but its name, as a document has them."""
    shown = {name: value for name, value in asdict(profile).items() if name in MEMBERS}
    shown["bases"] = {basis: sorted(classes) for basis, classes in sorted(profile.bases.items())}
    shown["parental_classes"] = sorted(profile.parental_classes)
    shown["minor_bans"] = dict(sorted(profile.minor_bans.items()))
    shown["minor_opt_in"] = {
        name: rule._asdict() for name, rule in sorted(profile.minor_opt_in.items())
    }
    adm = profile.automated_decisions
    shown["automated_decisions"] = adm and {
        "bases": sorted(adm.bases),
        "special_bases": sorted(adm.special_bases),
    }
    return shown


def from_document(entry: Mapping[str, Any]) -> Loaded:
    """The edition an entry describes (its outer members checked). Raises Unreadable."""
    code, since = str(entry["code"]), datetime.fromisoformat(entry["effective_from"])
    written = entry["profile"]
    model = entry.get("like")
    base = members_of(profile_for(JURISDICTIONS, model, since)) if model else {}
    unknown = sorted(set(written) - set(MEMBERS))
    if unknown:
        raise Unreadable(unknown[0], "A profile has no such member.")
    values = base | dict(written)
    missing = sorted(set(MEMBERS) - set(values))
    if missing:
        raise Unreadable(missing[0], "This member is missing; name all, or say like which code.")
    read = {name: _read(name, values[name]) for name in MEMBERS}
    return Loaded(code, Edition(since, Profile(name=code, **read)))


def _read(name: str, value: Any) -> Any:
    reader = _READERS.get(name, _switch if name in _SWITCHES else None)
    if reader is None:
        raise Unreadable(name, "A profile has no such member.")
    return reader(name, value)


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unreadable(name, "This is neither true nor false.")
    return value


def _age(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _OLDEST:
        raise Unreadable(name, "This is not an age in years.")
    return value


def _months(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 600:
        raise Unreadable(name, "This is not a number of months.")
    return value


def _months_or_none(name: str, value: Any) -> int | None:
    return None if value is None else _months(name, value)


def _one_of(*words: str | None) -> Callable[[str, Any], str | None]:
    def read(name: str, value: Any) -> str | None:
        if value not in words:
            raise Unreadable(name, "This word is not one of the closed list.")
        found: str | None = value
        return found

    return read


def _words(name: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise Unreadable(name, "This is not a list of words.")
    return frozenset(value)


def _classes(name: str, value: Any) -> frozenset[str]:
    found = _words(name, value)
    if not found <= PURPOSE_CLASSES:
        raise Unreadable(name, "This names a class of purposes that does not exist.")
    return found


def _object(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Unreadable(name, "This is not an object.")
    return value


def _bases(name: str, value: Any) -> dict[str, frozenset[str]]:
    return {basis: _classes(name, classes) for basis, classes in _object(name, value).items()}


def _bans(name: str, value: Any) -> dict[str, int]:
    _classes(name, list(_object(name, value)))
    return {found: _age(name, age) for found, age in value.items()}


def _opt_ins(name: str, value: Any) -> dict[str, MinorOptIn]:
    _classes(name, list(_object(name, value)))
    return {found: _opt_in(name, rule) for found, rule in value.items()}


def _opt_in(name: str, value: Any) -> MinorOptIn:
    rule = _object(name, value)
    if set(rule) - {"act"} != {"under", "parent_under"}:
        raise Unreadable(name, "A rule has under, parent_under and act.")
    act = _one_of(None, "two_step", "explicit", "parental")(name, rule.get("act"))
    return MinorOptIn(_age(name, rule["under"]), _age(name, rule["parent_under"]), act)


def _decisions(name: str, value: Any) -> AutomatedDecisions | None:
    if value is None:
        return None
    rule = _object(name, value)
    if set(rule) != {"bases", "special_bases"}:
        raise Unreadable(name, "This has bases and special_bases.")
    return AutomatedDecisions(_words(name, rule["bases"]), _words(name, rule["special_bases"]))


_READERS: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "consent_age": _age,
    "bases": _bases,
    "parental_classes": _classes,
    "minor_bans": _bans,
    "minor_opt_in": _opt_ins,
    "sensitive_consent": _one_of(*_CONSENT_STEPS),
    "automated_decisions": _decisions,
    "decision_opt_out": _one_of(*_OPT_OUTS),
    "refresh_months": _months_or_none,
    "reask_months": _months,
}


def merged(loaded: list[Loaded]) -> Jurisdictions:
    """What ships and what was loaded, newest first; a loaded edition of the same day counts."""
    if not loaded:
        return JURISDICTIONS
    found = {
        code: {edition.effective_from: edition for edition in editions}
        for code, editions in JURISDICTIONS.items()
    }
    for code, edition in loaded:
        found.setdefault(code, {})[edition.effective_from] = edition
    return {
        code: tuple(editions[since] for since in sorted(editions, reverse=True))
        for code, editions in found.items()
    }
