"""What a TC string can say."""

from dataclasses import dataclass
from datetime import date
from typing import Final

VERSION: Final = 2
PURPOSES: Final = 24
SPECIAL_FEATURES: Final = 12
# Since 1 March 2026 a string without its disclosed vendors says nothing (TCF 2.3).
DISCLOSURE_DUE: Final = date(2026, 3, 1)
NOT_ALLOWED, NEED_CONSENT, NEED_INTEREST = 0, 1, 2
RESTRICTION_TYPES: Final = 3
# The segments that may follow the core.
DISCLOSED, ALLOWED, PUBLISHER = 1, 2, 3


@dataclass(frozen=True, slots=True)
class PublisherTc:
    """What was said to the publisher itself; `custom_count` of its purposes are its own."""

    consents: frozenset[int] = frozenset()
    interests: frozenset[int] = frozenset()
    custom_count: int = 0
    custom_consents: frozenset[int] = frozenset()
    custom_interests: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TcString:
    """All that a TC string says. Sets hold ids from 1; days are UTC.

    `interests` are purposes and vendors whose legitimate interest was disclosed and not
    objected to. `restrictions` map (purpose, type) to runs of vendor ids; types are
    NOT_ALLOWED, NEED_CONSENT, NEED_INTEREST. `disclosed_vendors` is None where a string from
    before TCF 2.3 has none.
    """

    created: date
    last_updated: date
    cmp_id: int
    cmp_version: int
    vendor_list_version: int
    policy_version: int
    consent_screen: int = 0
    language: str = "EN"
    service_specific: bool = True
    non_standard_texts: bool = False
    special_features: frozenset[int] = frozenset()
    purpose_consents: frozenset[int] = frozenset()
    purpose_interests: frozenset[int] = frozenset()
    purpose_one_treatment: bool = False
    country: str = "AA"
    vendor_consents: frozenset[int] = frozenset()
    vendor_interests: frozenset[int] = frozenset()
    restrictions: tuple[tuple[int, int, tuple[range, ...]], ...] = ()
    disclosed_vendors: frozenset[int] | None = frozenset()
    allowed_vendors: frozenset[int] | None = None
    publisher: PublisherTc | None = None

    def restricted(self, purpose: int, kind: int, vendor: int) -> bool:
        """Whether the publisher put this restriction on a vendor for a purpose."""
        runs = (runs for *about, runs in self.restrictions if about == [purpose, kind])
        return any(vendor in run for found in runs for run in found)
