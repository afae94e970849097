"""Whether features and editions of law name what there is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from consent.catalogue_faults.codes import Codes_of, purpose_name, unknown
from consent.catalogue_faults.form import escaped
from consent.catalogue_faults.values import Fault
from consent.jurisdiction_documents import Unreadable, from_document


def features(document: Mapping[str, Any], codes: Codes_of, main: str | None) -> Iterator[Fault]:
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
            yield from unknown(
                entry.get(member, ()), codes.attributes, f"{pointer}/{member}", "attribute"
            )


def editions(entries: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for index, entry in enumerate(entries):
        try:
            from_document(entry)
        except Unreadable as error:
            yield Fault(f"/jurisdictions/{index}/profile/{escaped(error.member)}", str(error))
