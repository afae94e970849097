"""Whether attributes and purposes name what there is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from consent import outside_sources
from consent.catalogue_faults.bases import overlaps
from consent.catalogue_faults.codes import Codes_of, purpose_name, unknown
from consent.catalogue_faults.values import Fault
from consent.catalogue_faults.versions import order
from consent.forbidden import why_forbidden
from consent.incentives import incentive_faults


def attributes(entries: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for index, entry in enumerate(entries):
        why = why_forbidden(
            code=entry["code"],
            dpv=entry.get("dpv", ""),
            provenance=entry.get("provenance", "provided"),
            provider=entry.get("provider", "person"),
        )
        if why is not None:
            yield Fault(f"/attributes/{index}/code", why)


def purposes(document: Mapping[str, Any], codes: Codes_of, main: str | None) -> Iterator[Fault]:
    providers = outside_sources.providers(document["attributes"])
    for index, entry in enumerate(document["purposes"]):
        pointer = f"/purposes/{index}"
        if entry["controller"] not in codes.controllers:
            yield Fault(f"{pointer}/controller", "The catalogue has no such controller.")
        if len(purpose_name(entry, main)) > 60:
            yield Fault(f"{pointer}/code", "controller:code is longer than 60 characters.")
        yield from unknown(
            entry["attributes"], codes.attributes, f"{pointer}/attributes", "attribute"
        )
        yield from unknown(
            entry.get("channels", ()), codes.channels, f"{pointer}/channels", "channel"
        )
        yield from overlaps(entry["bases"], f"{pointer}/bases")
        yield from order(entry["notices"], f"{pointer}/notices")
        for member, says in outside_sources.faults(entry, providers):
            yield Fault(f"{pointer}/{member}", says)
        for member, says in incentive_faults(entry.get("incentive"), entry["label"]):
            yield Fault(f"{pointer}/incentive{member}", says)
