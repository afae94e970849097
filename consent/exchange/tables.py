"""Which code of which standard means which of our purposes and recipients: data, checked once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from consent.strings.runs import MOST_ID
from consent.strings.tcf.model import PURPOSES, SPECIAL_FEATURES

FORMAT: Final = "sayso-exchange-1"
# Google Consent Mode v2: what a tag asks about.
CONSENT_MODE_SIGNALS: Final = (
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
)
# TCF 2.2 and later know no legitimate interest in these.
NEVER_INTEREST: Final = frozenset({1, 3, 4, 5, 6})
OPT_OUTS: Final = ("SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut")


@dataclass(frozen=True, slots=True)
class Cmp:
    """Who writes our strings (the IAB's register of CMPs), and by which vendor list."""

    id: int
    version: int
    screen: int
    vendor_list_version: int
    policy_version: int
    country: str


@dataclass(frozen=True, slots=True)
class Tables:
    """The document as it is used.

    `tcf_purposes` and `tcf_special_features`: number to our purpose. `vendors`: recipient to
    its number on the Global Vendor List. `us_opt_outs`, `consent_mode`: field to the
    purposes that it is about; an empty list in `consent_mode` needs no consent.
    """

    cmp: Cmp
    tcf_purposes: Mapping[int, str]
    tcf_special_features: Mapping[int, str]
    vendors: Mapping[str, int]
    us_opt_outs: Mapping[str, tuple[str, ...]]
    consent_mode: Mapping[str, tuple[str, ...]]

    def numbers(self, purpose: str) -> frozenset[int]:
        """The TCF purposes that together are this one of ours."""
        return frozenset(number for number, name in self.tcf_purposes.items() if name == purpose)


def tables_of(document: Mapping[str, Any]) -> Tables:
    """The tables of an exchange document; raises ValueError with the member at fault."""
    if document.get("format") != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    try:
        tables = Tables(
            cmp=Cmp(**document["cmp"]),
            tcf_purposes=_numbered(document["tcf_purposes"], PURPOSES),
            tcf_special_features=_numbered(document["tcf_special_features"], SPECIAL_FEATURES),
            vendors=dict(document["vendors"]),
            us_opt_outs=_listed(document["us_opt_outs"], OPT_OUTS),
            consent_mode=_listed(document["consent_mode"], CONSENT_MODE_SIGNALS),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"a member is missing or of the wrong kind: {error}") from error
    numbers = sorted(tables.vendors.values())
    if len(set(numbers)) < len(numbers) or not all(1 <= each <= MOST_ID for each in numbers):
        raise ValueError(f"vendors: each needs a number of its own, from 1 to {MOST_ID}")
    return tables


def _numbered(entries: Mapping[str, str], most: int) -> dict[int, str]:
    numbered = {int(number): purpose for number, purpose in entries.items()}
    if not all(1 <= number <= most for number in numbered):
        raise ValueError(f"a number is not one from 1 to {most}")
    return numbered


def _listed(entries: Mapping[str, list[str]], names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    if set(entries) != set(names):
        raise ValueError("needs exactly: " + ", ".join(names))
    return {name: tuple(entries[name]) for name in names}
