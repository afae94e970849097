"""Which codes a catalogue document declares, and where one stands twice."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from consent.catalogue_faults.sections import SECTIONS_of
from consent.catalogue_faults.values import Fault


class Known(NamedTuple):
    """What the catalogue has already: `main` is the main controller, if there is one."""

    main: str | None = None
    controllers: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()


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


def repeated(document: Mapping[str, Any], main: str | None) -> Iterator[Fault]:
    for section in SECTIONS_of:
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


class Codes_of(NamedTuple):
    controllers: frozenset[str]
    attributes: frozenset[str]
    channels: frozenset[str]
    purposes: frozenset[str]
    places: frozenset[str]

    @classmethod
    def of(cls, document: Mapping[str, Any], known: Known, main: str | None) -> "Codes_of":
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


def unknown(
    values: Sequence[str], known: frozenset[str], pointer: str, what: str
) -> Iterator[Fault]:
    for index, value in enumerate(values):
        if value not in known:
            yield Fault(f"{pointer}/{index}", f"The catalogue has no such {what}.")
