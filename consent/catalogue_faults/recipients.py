"""Whether recipients name what there is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from consent.catalogue_faults.codes import Codes_of, unknown
from consent.catalogue_faults.values import Fault


def recipients(entries: Sequence[Mapping[str, Any]], codes: Codes_of) -> Iterator[Fault]:
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
            yield from unknown(
                grant.get("attributes", ()), codes.attributes, f"{where}/attributes", "attribute"
            )
            yield from unknown(
                grant.get("channels", ()), codes.channels, f"{where}/channels", "channel"
            )
