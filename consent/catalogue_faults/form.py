"""Whether a catalogue document is made as one must be."""

from collections.abc import Iterator, Mapping
from typing import Any

from consent.catalogue_faults.members import BASIS, Members, PURPOSES_of
from consent.catalogue_faults.notices import NOTICE, TEXT
from consent.catalogue_faults.sections import CONTRACT, GRANT, RECIPIENT, SECTIONS_of
from consent.catalogue_faults.values import FORMAT, Fault


def form(document: Mapping[str, Any]) -> Iterator[Fault]:
    if document.get("format") != FORMAT:
        yield Fault("/format", f"The format is {FORMAT}.")
    for name in sorted(set(document) - set(SECTIONS_of) - {"format"}):
        yield Fault(f"/{escaped(name)}", "A catalogue document has no such member.")
    for name, (members, needed) in SECTIONS_of.items():
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
        yield Fault(f"{pointer}/{escaped(name)}", "There is no such member here.")
    for name, (check, needed) in members.items():
        says = check(entry[name]) if name in entry else "This is missing." if needed else None
        if says:
            yield Fault(f"{pointer}/{name}", says)
    yield from _inner(entry, pointer, members)


def _inner(entry: Mapping[str, Any], pointer: str, members: Members) -> Iterator[Fault]:
    """The lists and objects inside of an entry whose own form is right."""
    if members is PURPOSES_of and isinstance(entry.get("bases"), list):
        yield from _entries(entry["bases"], f"{pointer}/bases", BASIS)
    if members is PURPOSES_of and isinstance(entry.get("notices"), list):
        yield from _entries(entry["notices"], f"{pointer}/notices", NOTICE)
    if members is NOTICE and isinstance(entry.get("texts"), list):
        yield from _entries(entry["texts"], f"{pointer}/texts", TEXT)
    if members is RECIPIENT:
        if isinstance(entry.get("grants"), list):
            yield from _entries(entry["grants"], f"{pointer}/grants", GRANT)
        if isinstance(entry.get("contract"), Mapping):
            yield from _entry(entry["contract"], f"{pointer}/contract", CONTRACT)


def escaped(name: str) -> str:
    """A member name inside of a JSON pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")
