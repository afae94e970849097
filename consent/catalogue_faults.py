"""What is wrong with a catalogue document, each fault with a pointer to its place.

Pure: it reads the document and the codes that are known already. An empty list means that it
may be loaded, as far as the document alone can tell.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, NamedTuple

from consent import outside_sources
from consent.forbidden import why_forbidden
from consent.incentives import incentive_faults
from consent.jurisdiction_documents import Unreadable, from_document
from consent.vocabulary import FLAGS, LEGAL_BASES, PURPOSE_CLASSES

FORMAT: Final = "sayso-catalogue@1"
ROLES: Final = ("first_party", "processor", "joint_controller", "third_party")
PROVENANCES: Final = ("provided", "observed", "inferred")
PROVIDERS: Final = ("person", "shop", "partner", "social", "competitor")
# The documented facts that a basis may name, and what recording asks of it beside them.
CONDITIONS: Final = FLAGS | {"double_opt_in"}
DATA_CLASSES: Final = ("ordinary", "sensitive", "special")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_NAME = re.compile(r"[a-z0-9][a-z0-9_:-]{0,59}")
_JURISDICTION = re.compile(r"\*|[A-Z]{2,7}(-[A-Z]{2})?")
_COUNTRY = re.compile(r"[A-Z]{2}")


class Fault(NamedTuple):
    """Where (a JSON pointer, RFC 6901) and what; the value at fault is not repeated."""

    pointer: str
    says: str


Check = Callable[[Any], str | None]


def _matches(pattern: re.Pattern[str], says: str) -> Check:
    def check(value: Any) -> str | None:
        return None if isinstance(value, str) and pattern.fullmatch(value) else says

    return check


def _one_of(words: Iterable[str]) -> Check:
    known = tuple(words)

    def check(value: Any) -> str | None:
        return None if value in known else "Use one of: " + ", ".join(sorted(known)) + "."

    return check


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else "This is not a text."


def _filled(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "This is not a text with words."


def _switch(value: Any) -> str | None:
    return None if isinstance(value, bool) else "This is neither true nor false."


def _number(least: int, most: int) -> Check:
    def check(value: Any) -> str | None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        fits = whole and least <= value <= most
        return None if fits else f"This is not a whole number from {least} to {most}."

    return check


def _label(value: Any) -> str | None:
    good = (
        isinstance(value, Mapping)
        and isinstance(value.get("en"), str)
        and all(isinstance(text, str) and text.strip() for text in value.values())
    )
    return None if good else "Give a name for each language, English (en) among them."


def _moment(value: Any) -> str | None:
    says = "Give a time with its offset, such as 2026-11-22T00:00:00+00:00."
    if not isinstance(value, str):
        return says
    try:
        return None if datetime.fromisoformat(value).tzinfo is not None else says
    except ValueError:
        return says


def _or_none(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _each(check: Check) -> Check:
    def every(value: Any) -> str | None:
        if not isinstance(value, list):
            return "This is not a list."
        return next((says for says in map(check, value) if says), None)

    return every


def _anything(value: Any) -> str | None:
    return None


_CODE = _matches(_SLUG, "A code has small letters, digits, _ and - only, 60 at most.")
_PURPOSE = _matches(_NAME, "This is not the name of a purpose.")
_DATA = _matches(_ATTRIBUTE, "A code of data is small letters, digits and _, parts joined by dots.")
_PLACE = _matches(_JURISDICTION, "Use a profile (EU-DE), a family (EU, US) or * for all others.")
_LAND = _matches(_COUNTRY, "Use the two capital letters of ISO 3166-1.")
_LIST = _each(_anything)
_MAPPING: Check = lambda value: None if isinstance(value, Mapping) else "This is not an object."  # noqa: E731

# Member -> (its check, whether it must be there).
Members = Mapping[str, tuple[Check, bool]]
_CONTROLLER: Members = {
    "code": (_CODE, True),
    "name": (_filled, True),
    "country": (_LAND, True),
    "contact": (_filled, True),
    "is_main": (_switch, False),
}
_ATTRIBUTES: Members = {
    "code": (_DATA, True),
    "label": (_label, True),
    "dpv": (_text, False),
    "data_class": (_one_of(DATA_CLASSES), False),
    "is_group": (_switch, False),
    "provenance": (_one_of(PROVENANCES), False),
    "provider": (_one_of(PROVIDERS), False),
}
_CHANNEL: Members = {
    "code": (_CODE, True),
    "label": (_label, True),
    "electronic": (_switch, True),
    "default_level": (_number(0, 4), True),
    "needs_named_yes": (_switch, False),
    "position": (_number(0, 32767), False),
}
_PURPOSES: Members = {
    "code": (_CODE, True),
    "controller": (_CODE, True),
    "purpose_class": (_one_of(PURPOSE_CLASSES), True),
    "label": (_label, True),
    "attributes": (_each(_DATA), True),
    "channels": (_each(_CODE), False),
    "asked": (_switch, False),
    "position": (_number(0, 32767), False),
    "dpv": (_text, False),
    "retention_days": (_or_none(_number(1, 36525)), False),
    "retired_at": (_or_none(_moment), False),
    "source": (_text, False),
    "minimum_people": (_or_none(_number(2, 1_000_000)), False),
    "incentive": (_or_none(_MAPPING), False),
    "bases": (_LIST, True),
    "notices": (_LIST, True),
}
_BASIS: Members = {
    "jurisdiction": (_PLACE, True),
    "basis": (_one_of(LEGAL_BASES), True),
    "conditions": (_each(_one_of(CONDITIONS)), False),
    "effective_from": (_moment, True),
    "effective_until": (_or_none(_moment), False),
}
_RECIPIENT: Members = {
    "code": (_CODE, True),
    "name": (_filled, True),
    "role": (_one_of(ROLES), True),
    "country": (_LAND, True),
    "transfer_mechanism": (_text, False),
    "contact": (_text, False),
    "controller": (_or_none(_CODE), False),
    "contract": (_or_none(_MAPPING), False),
    "grants": (_LIST, False),
}
_CONTRACT: Members = {
    "reference": (_filled, True),
    "from": (_moment, True),
    "until": (_or_none(_moment), False),
}
_GRANT: Members = {
    "purpose": (_PURPOSE, True),
    "attributes": (_each(_DATA), False),
    "channels": (_each(_CODE), False),
}
_FEATURE: Members = {
    "code": (_CODE, True),
    "purpose": (_PURPOSE, True),
    "required": (_each(_DATA), True),
    "optional": (_each(_DATA), False),
    "channel": (_or_none(_CODE), False),
    "minimum_level": (_number(0, 4), True),
    "fallback": (_CODE, True),
}
_EDITION: Members = {
    "code": (_PLACE, True),
    "effective_from": (_moment, True),
    "like": (_or_none(_PLACE), False),
    "profile": (_MAPPING, True),
}
_SECTIONS: Mapping[str, tuple[Members, bool]] = {
    "controllers": (_CONTROLLER, True),
    "attributes": (_ATTRIBUTES, True),
    "channels": (_CHANNEL, False),
    "purposes": (_PURPOSES, True),
    "recipients": (_RECIPIENT, True),
    "features": (_FEATURE, False),
    "jurisdictions": (_EDITION, False),
}


class Known(NamedTuple):
    """What the catalogue has already: `main` is the main controller, if there is one."""

    main: str | None = None
    controllers: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()


def faults(document: Any, known: Known = Known()) -> list[Fault]:  # noqa: B008
    """All faults; those of form first, and those of meaning only where the form is right."""
    if not isinstance(document, Mapping):
        return [Fault("", "A catalogue document is a JSON object.")]
    found = list(_form(document))
    return found or list(_meaning(document, known))


def _form(document: Mapping[str, Any]) -> Iterator[Fault]:
    if document.get("format") != FORMAT:
        yield Fault("/format", f"The format is {FORMAT}.")
    for name in sorted(set(document) - set(_SECTIONS) - {"format"}):
        yield Fault(f"/{_escaped(name)}", "A catalogue document has no such member.")
    for name, (members, needed) in _SECTIONS.items():
        if name not in document:
            if needed:
                yield Fault(f"/{name}", "This member is missing.")
        else:
            yield from _entries(document[name], f"/{name}", members)


def _entries(entries: Any, pointer: str, members: Members) -> Iterator[Fault]:
    if not isinstance(entries, list):
        yield Fault(pointer, "This is not a list.")
        return
    for index, entry in enumerate(entries):
        yield from _entry(entry, f"{pointer}/{index}", members)


def _entry(entry: Any, pointer: str, members: Members) -> Iterator[Fault]:
    if not isinstance(entry, Mapping):
        yield Fault(pointer, "This is not an object.")
        return
    for name in sorted(set(entry) - set(members)):
        yield Fault(f"{pointer}/{_escaped(name)}", "There is no such member here.")
    for name, (check, needed) in members.items():
        says = check(entry[name]) if name in entry else "This is missing." if needed else None
        if says:
            yield Fault(f"{pointer}/{name}", says)
    yield from _inner(entry, pointer, members)


def _inner(entry: Mapping[str, Any], pointer: str, members: Members) -> Iterator[Fault]:
    """The lists and objects inside of an entry whose own form is right."""
    if members is _PURPOSES and isinstance(entry.get("bases"), list):
        yield from _entries(entry["bases"], f"{pointer}/bases", _BASIS)
    if members is _RECIPIENT:
        if isinstance(entry.get("grants"), list):
            yield from _entries(entry["grants"], f"{pointer}/grants", _GRANT)
        if isinstance(entry.get("contract"), Mapping):
            yield from _entry(entry["contract"], f"{pointer}/contract", _CONTRACT)


def _escaped(name: str) -> str:
    """A member name inside of a JSON pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def purpose_name(entry: Mapping[str, Any], main: str | None) -> str:
    """The name of a purpose in a document whose main controller is `main`."""
    code, controller = entry["code"], entry["controller"]
    return str(code) if controller == main else f"{controller}:{code}"


def main_controller(document: Mapping[str, Any], known: Known) -> str | None:
    """The one main controller; None where there would be none, or several."""
    entries = document["controllers"]
    named = {entry["code"] for entry in entries if entry.get("is_main")}
    kept = {known.main} if known.main else set()
    alone = {entry["code"] for entry in entries} if len(entries) == 1 else set()
    found = (kept | named) or alone
    return found.pop() if len(found) == 1 else None


def _meaning(document: Mapping[str, Any], known: Known) -> Iterator[Fault]:
    main = main_controller(document, known)
    if main is None:
        yield Fault(
            "/controllers", "Exactly one controller is the main one (is_main), and it stays so."
        )
    yield from _repeated(document, main)
    codes = _Codes.of(document, known, main)
    yield from _attributes(document["attributes"])
    yield from _purposes(document, codes, main)
    yield from _recipients(document["recipients"], codes)
    yield from _features(document, codes, main)
    yield from _editions(document.get("jurisdictions", ()))


def _repeated(document: Mapping[str, Any], main: str | None) -> Iterator[Fault]:
    for section in _SECTIONS:
        seen: set[object] = set()
        for index, entry in enumerate(document.get(section, ())):
            key: object = entry["code"]
            if section == "purposes":
                key = purpose_name(entry, main)
            elif section == "jurisdictions":
                key = (entry["code"], entry["effective_from"])
            if key in seen:
                yield Fault(f"/{section}/{index}/code", "This is in the list already.")
            seen.add(key)


class _Codes(NamedTuple):
    controllers: frozenset[str]
    attributes: frozenset[str]
    channels: frozenset[str]
    purposes: frozenset[str]
    places: frozenset[str]

    @classmethod
    def of(cls, document: Mapping[str, Any], known: Known, main: str | None) -> "_Codes":
        def coded(section: str) -> frozenset[str]:
            return frozenset(entry["code"] for entry in document.get(section, ()))

        return cls(
            controllers=coded("controllers") | known.controllers,
            attributes=coded("attributes") | known.attributes,
            channels=coded("channels") | known.channels,
            purposes=frozenset(purpose_name(entry, main) for entry in document["purposes"])
            | known.purposes,
            places=coded("jurisdictions"),
        )


def _unknown(
    values: Sequence[str], known: frozenset[str], pointer: str, what: str
) -> Iterator[Fault]:
    for index, value in enumerate(values):
        if value not in known:
            yield Fault(f"{pointer}/{index}", f"The catalogue has no such {what}.")


def _attributes(entries: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for index, entry in enumerate(entries):
        why = why_forbidden(
            code=entry["code"],
            dpv=entry.get("dpv", ""),
            provenance=entry.get("provenance", "provided"),
            provider=entry.get("provider", "person"),
        )
        if why is not None:
            yield Fault(f"/attributes/{index}/code", why)


def _purposes(document: Mapping[str, Any], codes: _Codes, main: str | None) -> Iterator[Fault]:
    providers = outside_sources.providers(document["attributes"])
    for index, entry in enumerate(document["purposes"]):
        pointer = f"/purposes/{index}"
        if entry["controller"] not in codes.controllers:
            yield Fault(f"{pointer}/controller", "The catalogue has no such controller.")
        if len(purpose_name(entry, main)) > 60:
            yield Fault(f"{pointer}/code", "controller:code is longer than 60 characters.")
        yield from _unknown(
            entry["attributes"], codes.attributes, f"{pointer}/attributes", "attribute"
        )
        yield from _unknown(
            entry.get("channels", ()), codes.channels, f"{pointer}/channels", "channel"
        )
        yield from _overlaps(entry["bases"], f"{pointer}/bases")
        for member, says in outside_sources.faults(entry, providers):
            yield Fault(f"{pointer}/{member}", says)
        for member, says in incentive_faults(entry.get("incentive"), entry["label"]):
            yield Fault(f"{pointer}/incentive{member}", says)


def _overlaps(entries: Sequence[Mapping[str, Any]], pointer: str) -> Iterator[Fault]:
    """One basis at a time (GDPR Art. 6(1), 13(1)(c)): of two that meet, the later is at fault."""
    spans: list[tuple[str, datetime, datetime | None, int]] = []
    for index, entry in enumerate(entries):
        since = datetime.fromisoformat(entry["effective_from"])
        until = entry.get("effective_until")
        ends = datetime.fromisoformat(until) if until else None
        if ends is not None and ends <= since:
            yield Fault(f"{pointer}/{index}/effective_until", "It ends before it begins.")
        spans.append((entry["jurisdiction"], since, ends, index))
    spans.sort(key=lambda span: span[:2])
    for (place, _, ends, _), (other, since, _, index) in pairwise(spans):
        if place == other and (ends is None or since < ends):
            yield Fault(
                f"{pointer}/{index}/effective_from",
                "Another basis is still in force then; give that one an effective_until.",
            )


def _recipients(entries: Sequence[Mapping[str, Any]], codes: _Codes) -> Iterator[Fault]:
    for index, entry in enumerate(entries):
        pointer = f"/recipients/{index}"
        controller = entry.get("controller")
        if controller is not None and controller not in codes.controllers:
            yield Fault(f"{pointer}/controller", "The catalogue has no such controller.")
        contract = entry.get("contract") or {}
        if contract.get("until") and datetime.fromisoformat(
            contract["until"]
        ) <= datetime.fromisoformat(contract["from"]):
            yield Fault(f"{pointer}/contract/until", "It ends before it begins.")
        for place, grant in enumerate(entry.get("grants", ())):
            where = f"{pointer}/grants/{place}"
            if grant["purpose"] not in codes.purposes:
                yield Fault(f"{where}/purpose", "The catalogue has no such purpose.")
            yield from _unknown(
                grant.get("attributes", ()), codes.attributes, f"{where}/attributes", "attribute"
            )
            yield from _unknown(
                grant.get("channels", ()), codes.channels, f"{where}/channels", "channel"
            )


def _features(document: Mapping[str, Any], codes: _Codes, main: str | None) -> Iterator[Fault]:
    over_many = {
        purpose_name(entry, main)
        for entry in document["purposes"]
        if entry.get("minimum_people") is not None
    }
    for index, entry in enumerate(document.get("features", ())):
        pointer = f"/features/{index}"
        if entry["purpose"] not in codes.purposes:
            yield Fault(f"{pointer}/purpose", "The catalogue has no such purpose.")
        if entry["purpose"] in over_many:
            yield Fault(
                f"{pointer}/purpose",
                "A feature is for one person, and this purpose gives figures over many only.",
            )
        if entry.get("channel") is not None and entry["channel"] not in codes.channels:
            yield Fault(f"{pointer}/channel", "The catalogue has no such channel.")
        if not entry["required"]:
            yield Fault(f"{pointer}/required", "Name what it cannot do without.")
        for member in ("required", "optional"):
            yield from _unknown(
                entry.get(member, ()), codes.attributes, f"{pointer}/{member}", "attribute"
            )


def _editions(entries: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for index, entry in enumerate(entries):
        try:
            from_document(entry)
        except Unreadable as error:
            yield Fault(f"/jurisdictions/{index}/profile/{_escaped(error.member)}", str(error))
