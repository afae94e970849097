"""Why a Yes of a TC string cannot count: the string as a whole, or parts of it."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from consent.exchange.findings import Unusable
from consent.exchange.standing import Standing
from consent.exchange.tables import Tables
from consent.strings.tcf import TcString
from consent.strings.tcf.model import DISCLOSURE_DUE

# Thirteen months: after that the question must be put again.
LONGEST: Final = timedelta(days=396)
_VENDORS_NAMED = 50


def of_string(said: TcString, today: date) -> Unusable | None:
    """Why nothing of the string counts as a Yes, if so."""
    if max(said.created, said.last_updated) > today:
        return Unusable(
            "last_updated",
            "INVALID_TIME",
            "The string is dated in the future.",
            "Send the string as it was written; its day is a day in UTC.",
        )
    if today - said.last_updated > LONGEST:
        return Unusable(
            "last_updated",
            "STRING_EXPIRED",
            "The string is older than thirteen months.",
            "Ask the person again and send the new string.",
        )
    if said.disclosed_vendors is None and said.last_updated >= DISCLOSURE_DUE:
        return Unusable(
            "disclosed_vendors",
            "STRING_INCOMPLETE",
            "The string does not say which vendors were disclosed.",
            "Write strings by TCF 2.3, with the segment DisclosedVendors.",
        )
    return None


def of_parts(said: TcString, standing: Standing, tables: Tables) -> Iterator[Unusable]:
    """Vendors and purposes that the string permits and we do not know or did not show."""
    known = {
        vendor for code, vendor in tables.vendors.items() if code in standing.catalogue.recipients
    }
    strangers = said.vendor_consents - known
    if strangers:
        yield Unusable(
            f"vendors {_some(strangers)}",
            "VENDOR_UNKNOWN",
            "The string permits vendors that are no recipients here.",
            "Nothing is disclosed to them; add a recipient with this vendor number to change it.",
        )
    hidden = (said.vendor_consents & known) - (said.disclosed_vendors or said.vendor_consents)
    if hidden:
        yield Unusable(
            f"vendors {_some(hidden)}",
            "VENDOR_NOT_DISCLOSED",
            "The string permits vendors that it does not say were disclosed.",
            "Disclose them, ask again, and send the new string.",
        )
    unmapped = said.purpose_consents - tables.tcf_purposes.keys()
    if unmapped:
        yield Unusable(
            f"purposes {_some(unmapped)}",
            "PURPOSE_UNKNOWN",
            "The string permits purposes that are none of ours.",
            "Nothing is used for them.",
        )


def _some(numbers: Iterable[int]) -> str:
    ordered = sorted(numbers)
    more = len(ordered) - _VENDORS_NAMED
    named = ", ".join(map(str, ordered[:_VENDORS_NAMED]))
    return f"{named} and {more} more" if more > 0 else named
