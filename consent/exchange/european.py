"""A state as a TC string. What a string cannot say is left out, never permitted.

A purpose's bit is the person's answer to it; a vendor's bit says that some purpose is open to
it. Where one of both is open and the pair is not, a publisher restriction closes the pair, so
that the string says exactly what the gate says (`purpose and vendor and not restricted`).
"""

from collections.abc import Callable, Iterable
from datetime import date

from consent.exchange.standing import FIRST_PARTY, Standing
from consent.exchange.tables import NEVER_INTEREST, Tables
from consent.strings.runs import spans
from consent.strings.tcf import PublisherTc, TcString
from consent.strings.tcf.model import NOT_ALLOWED

_Bit = Callable[[str], bool]


def tc_string(
    standing: Standing, *, tables: Tables, publisher: str, language: str, today: date
) -> TcString:
    """The TC string of a person; `publisher` is the recipient that is the first party."""
    consents = _Side(standing, tables, publisher, standing.rests_on_consent, frozenset())
    interests = _Side(standing, tables, publisher, standing.rests_on_interest, NEVER_INTEREST)
    closed = consents.closed() | interests.closed()
    special = {
        number
        for number, purpose in tables.tcf_special_features.items()
        if standing.rests_on_consent(purpose) and standing.permits(purpose, publisher)
    }
    return TcString(
        created=today,
        last_updated=today,
        cmp_id=tables.cmp.id,
        cmp_version=tables.cmp.version,
        consent_screen=tables.cmp.screen,
        vendor_list_version=tables.cmp.vendor_list_version,
        policy_version=tables.cmp.policy_version,
        country=tables.cmp.country,
        language=language.upper(),
        special_features=frozenset(special),
        purpose_consents=consents.purposes,
        purpose_interests=interests.purposes,
        vendor_consents=consents.vendors,
        vendor_interests=interests.vendors,
        restrictions=tuple(
            (number, NOT_ALLOWED, spans(vendor for about, vendor in closed if about == number))
            for number in sorted({about for about, _ in closed})
        ),
        disclosed_vendors=frozenset(_vendors(standing, tables).values()),
        publisher=PublisherTc(consents=consents.own, interests=interests.own),
    )


class _Side:
    """The consents of a string, or its interests: numbers of purposes and of vendors."""

    def __init__(
        self,
        standing: Standing,
        tables: Tables,
        publisher: str,
        rests: _Bit,
        never: frozenset[int],
    ) -> None:
        self._standing = standing
        self._vendors = _vendors(standing, tables)
        self._purposes = {
            number: purpose
            for number, purpose in tables.tcf_purposes.items()
            if number not in never and rests(purpose)
        }
        self.own = frozenset(self._open_to(publisher))
        self._open = {vendor: set(self._open_to(code)) for code, vendor in self._vendors.items()}
        self.vendors = frozenset(vendor for vendor, numbers in self._open.items() if numbers)
        self.purposes = self.own.union(*self._open.values())

    def _open_to(self, recipient: str) -> Iterable[int]:
        return (
            number
            for number, purpose in self._purposes.items()
            if self._standing.permits(purpose, recipient)
        )

    def closed(self) -> set[tuple[int, int]]:
        """The pairs of purpose and vendor that are not open although each of them is."""
        return {
            (number, vendor)
            for vendor in self.vendors
            for number in self.purposes - self._open[vendor]
        }


def _vendors(standing: Standing, tables: Tables) -> dict[str, int]:
    recipients = standing.catalogue.recipients
    return {
        code: vendor
        for code, vendor in tables.vendors.items()
        if code in recipients and recipients[code].role != FIRST_PARTY and recipients[code].grants
    }
