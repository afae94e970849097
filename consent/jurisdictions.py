"""Which rules of which law bind a decision, there and then?

A jurisdiction is a list of editions, newest first; an edition is a profile with the
instant from which it binds. The rows are in `jurisdiction_data`; the rules in
`decisions` read profiles and know no country.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

UNKNOWN: Final = "UNKNOWN"


class MinorOptIn(NamedTuple):
    """People under `under` are opted in, not out (CIV 1798.120(c), CRS 6-1-1308.5).

    Under `parent_under` a parent must say yes; from there on the young person, by `act`
    if one is named (11 CCR 7071 asks for a two-step opt-in).
    """

    under: int
    parent_under: int
    act: str | None = None


class AutomatedDecisions(NamedTuple):
    """Bases on which a significant decision may be taken by a machine alone (GDPR 22).

    `special_bases` is the narrower list for special-category data (22(4), UK 22B).
    """

    bases: frozenset[str]
    special_bases: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules of one jurisdiction during one period, as data.

    `bases` maps each legal basis to the purpose classes it may carry; a basis that is
    absent does not exist there. Ages are in completed years, periods in months.
    """

    name: str
    opt_in: bool
    # Below this age consent needs a parent (GDPR 8, P-39.1 s.4.1, LGPD 14, DPDP 9, COPPA).
    consent_age: int
    bases: Mapping[str, frozenset[str]]
    # True: legitimate interest exists in general, though not for every class.
    knows_legitimate_interest: bool = False
    # In opt-out regimes, classes for which a child below consent_age needs a parent's yes.
    parental_classes: frozenset[str] = frozenset()
    # Purpose class -> age below which no consent helps.
    minor_bans: Mapping[str, int] = field(default_factory=dict)
    minor_opt_in: Mapping[str, MinorOptIn] = field(default_factory=dict)
    # DSA 26(3), 28(2): no profiling ads on platforms with special data or to minors.
    platform_ad_limits: bool = False
    # Sec-GPC opts out of sale and sharing; opt-in laws read it as an objection too (21(5)).
    signal_is_opt_out: bool = False
    signal_is_statutory: bool = False
    # Art. 9: special data need explicit consent or another condition on file.
    special_needs_condition: bool = False
    # Acts of consent sensitive data need: None, "affirmative" or "explicit".
    sensitive_consent: str | None = None
    sensitive_strictly_necessary: bool = False
    sensitive_sale_banned: bool = False
    # ePrivacy 5(3) and 13: consent for device access and for electronic marketing.
    device_consent: bool = False
    device_statistics_exempt: bool = False
    electronic_marketing_consent: bool = False
    automated_decisions: AutomatedDecisions | None = None
    # The opt-out named first where someone opted out of decisions by machines twice.
    decision_opt_out: str = "profiling"
    preuse_notice: bool = False
    reopt_in_two_step: bool = False
    refresh_months: int | None = None
    reask_months: int = 6
    opt_out_link: bool = False
    limit_link: bool = False
    # From this age on no rule about young people binds; it follows from the ages above.
    of_age: int = field(init=False)

    def __post_init__(self) -> None:
        ages = (rule.under for rule in self.minor_opt_in.values())
        object.__setattr__(self, "of_age", max(self.consent_age, *ages, 0))


class Edition(NamedTuple):
    """A profile and the instant (aware, UTC) from which it binds."""

    effective_from: datetime
    profile: Profile


Jurisdictions = Mapping[str, tuple[Edition, ...]]


class Links(NamedTuple):
    """Which links a page must show (CIV 1798.135(a); 11 CCR 7013-7015; CRS 6-1-1306(1)(a)).

    `choices`: "Your Privacy Choices" with its icon may stand for the other two.
    """

    do_not_sell: bool
    limit: bool
    choices: bool


def links(profiles: Iterable[Profile]) -> Links:
    """The links wanted by any of the profiles that bind a visitor."""
    bound = tuple(profiles)
    do_not_sell = any(profile.opt_out_link for profile in bound)
    limit = any(profile.limit_link for profile in bound)
    return Links(do_not_sell, limit, do_not_sell and limit)


def profile_for(jurisdictions: Jurisdictions, code: str, at: datetime) -> Profile:
    """The profile that binds `code` at the aware instant `at`.

    An unknown code falls to the strictest profile, never to an error. Before its first
    edition a jurisdiction answers with that edition, because a law applied early can only
    protect more.
    """
    editions = jurisdictions.get(code)
    if editions is None:
        editions = jurisdictions[UNKNOWN]
    for effective_from, profile in editions:
        if at >= effective_from:
            return profile
    return editions[-1].profile
