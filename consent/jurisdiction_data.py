"""The jurisdictions, as rows: regimes, ages, bans and the days from which they bind.

Each row names its provision; `docs` of the law page say which were read at their source.
A change of law is a new edition here, never a condition in a rule.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from consent.jurisdictions import (
    UNKNOWN,
    AutomatedDecisions,
    Edition,
    Jurisdictions,
    MinorOptIn,
    Profile,
)
from consent.vocabulary import OWN_NO_CLASSES, PURPOSE_CLASSES, SOLD_CLASSES

ALWAYS: Final = datetime(2018, 5, 25, tzinfo=UTC)

_DIRECT_MARKETING = frozenset({"direct_marketing"})
_US_CHILD_CLASSES = frozenset(
    {
        "cross_context_ads",
        "device_access",
        "direct_marketing",
        "personalisation",
        "sale",
        "significant_decision",
    }
)
_TRACKING_CLASSES = ("personalisation", "direct_marketing", "cross_context_ads", "sale")


def _from(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def _under(age: int, *classes: str) -> dict[str, int]:
    return dict.fromkeys(classes, age)


# No law orders, and no life hangs on, what a person may simply refuse (GDPR 6(1)(c)-(d)).
_UNREFUSABLE = PURPOSE_CLASSES - OWN_NO_CLASSES
# Bases every opt-in law here knows in some form.
_COMMON_BASES = {
    "consent": PURPOSE_CLASSES,
    "explicit_consent": PURPOSE_CLASSES,
    "contract": PURPOSE_CLASSES,
    "legal_obligation": _UNREFUSABLE,
    "vital": _UNREFUSABLE,
}
# Art. 6(1)(e), (3): a task of the public, by a law that is named. Nobody's marketing is one.
_PUBLIC_TASK = {"public_task": _UNREFUSABLE}
_EU_BASES = {
    **_COMMON_BASES,
    **_PUBLIC_TASK,
    # C-252/21: no legitimate interest in cross-context ads; the same for selling data.
    "legitimate_interest": PURPOSE_CLASSES - SOLD_CLASSES,
    # ePrivacy 13(2) is about direct marketing only.
    "soft_opt_in": _DIRECT_MARKETING,
}
# In an opt-out regime the notice carries the use, whatever basis the operator names.
_US_BASES = {
    **_COMMON_BASES,
    "us_notice": PURPOSE_CLASSES,
    "legitimate_interest": PURPOSE_CLASSES,
    "soft_opt_in": _DIRECT_MARKETING,
}
_LEGAL_CLAIMS_ONLY = frozenset({"legal_claims"})

# GDPR 22(2): explicit consent, contract or law; 22(4): special data on explicit consent only.
_GDPR_22 = AutomatedDecisions(
    bases=frozenset({"explicit_consent", "contract", "legal_obligation"}),
    special_bases=frozenset({"explicit_consent"}),
)
# UK GDPR 22A-22D: every basis but recognised legitimate interest (22B(4)).
_UK_22A = AutomatedDecisions(
    bases=frozenset(_EU_BASES),
    special_bases=frozenset({"explicit_consent"}),
)
# Any basis, with a human to turn to: Quebec P-39.1 s.12.1, LGPD 20.
_HUMAN_TO_TURN_TO = AutomatedDecisions(
    bases=frozenset(_EU_BASES), special_bases=frozenset(_EU_BASES)
)

_EU = Profile(
    name="EU",
    opt_in=True,
    # GDPR 8(1) where the member state set nothing lower, or is not named.
    consent_age=16,
    bases=_EU_BASES,
    knows_legitimate_interest=True,
    platform_ad_limits=True,
    special_needs_condition=True,
    device_consent=True,
    electronic_marketing_consent=True,
    automated_decisions=_GDPR_22,
)

# GDPR 8(1): the age of digital consent each state chose. EEA states follow by JD 154/2018.
_EU_AGES = {
    "AT": 14,
    "BE": 13,
    "BG": 14,
    "CY": 14,
    "CZ": 15,
    "DE": 16,
    "EE": 13,
    "EL": 15,
    "ES": 14,
    "FI": 13,
    "FR": 15,
    "GR": 15,
    "HR": 16,
    "HU": 16,
    "IE": 16,
    "IS": 13,
    "IT": 14,
    "LI": 16,
    "LT": 14,
    "LU": 16,
    "LV": 13,
    "MT": 13,
    "NL": 16,
    "NO": 13,
    "PL": 16,
    "PT": 13,
    "RO": 16,
    "SE": 13,
    "SI": 15,
    "SK": 16,
}

# Before the Data (Use and Access) Act 2025 the United Kingdom followed the EU text.
_UK_BEFORE_DUAA = replace(_EU, name="UK", consent_age=13, platform_ad_limits=False)
_UK = replace(
    _UK_BEFORE_DUAA,
    # UK GDPR 6(1)(ea), Annex 1: crime, emergencies, safeguarding. Not for anybody's marketing.
    bases={**_EU_BASES, "recognised_li": frozenset({"security", "vital"})},
    device_statistics_exempt=True,
    automated_decisions=_UK_22A,
)

_US_MODEL = Profile(
    name="US-VA",
    opt_in=False,
    consent_age=13,  # COPPA
    bases=_US_BASES,
    parental_classes=_US_CHILD_CLASSES,
    signal_is_opt_out=True,
    sensitive_consent="affirmative",
)
_US_UT = replace(_US_MODEL, name="US-UT", sensitive_consent=None)

_CA_BEFORE_ADMT = replace(
    _US_MODEL,
    name="US-CA",
    signal_is_statutory=True,
    sensitive_consent=None,
    # CIV 1798.120(c); 11 CCR 7070-7071.
    minor_opt_in=dict.fromkeys(SOLD_CLASSES, MinorOptIn(16, 13, "two_step")),
    decision_opt_out="admt",  # 11 CCR 7221; elsewhere the law speaks of profiling
    reopt_in_two_step=True,
    reask_months=12,  # CIV 1798.135(c)(4)
    opt_out_link=True,
    limit_link=True,
)
_CA = replace(_CA_BEFORE_ADMT, preuse_notice=True)

_CO_BEFORE_MINORS = replace(
    _US_MODEL,
    name="US-CO",
    signal_is_statutory=True,
    refresh_months=24,  # 4 CCR 904-3 Rule 7.08(A)
    opt_out_link=True,
)
_CO = replace(
    _CO_BEFORE_MINORS,
    # SB 24-041: ads, sale and profiling for significant decisions.
    minor_opt_in=dict.fromkeys([*SOLD_CLASSES, "significant_decision"], MinorOptIn(18, 13)),
)

_CT_BEFORE_BAN = replace(
    _US_MODEL,
    name="US-CT",
    signal_is_statutory=True,
    opt_out_link=True,
    minor_opt_in=dict.fromkeys(SOLD_CLASSES, MinorOptIn(18, 13)),
)
_CT = replace(_CT_BEFORE_BAN, minor_opt_in={}, minor_bans=_under(18, *SOLD_CLASSES))

_MD = replace(
    _US_MODEL,
    name="US-MD",
    # The statute lets controllers honour the signal; a permission we read as a duty.
    signal_is_statutory=True,
    sensitive_consent=None,
    sensitive_strictly_necessary=True,  # Com Law 14-4707(a)(1)
    sensitive_sale_banned=True,  # (a)(2)
    minor_bans=_under(18, *SOLD_CLASSES),  # (a)(4)-(5)
    opt_out_link=True,
)

_QC = Profile(
    name="CA-QC",
    opt_in=True,
    consent_age=14,  # P-39.1 s.4.1
    # s.12 lets fraud be prevented without consent; it knows no general legitimate interest.
    bases={**_COMMON_BASES, "legitimate_interest": _LEGAL_CLAIMS_ONLY | {"security"}},
    sensitive_consent="explicit",  # s.12
    device_consent=True,  # s.8.1: identifying, locating, profiling are off by default
    electronic_marketing_consent=True,  # CASL s.6
    automated_decisions=_HUMAN_TO_TURN_TO,
)

_BR_BEFORE_ECA = Profile(
    name="BR",
    opt_in=True,
    consent_age=12,  # LGPD 14 with ECA 2: a child is under 12
    # LGPD 7(III): the public administration carries out what a law provides for.
    bases={
        **_COMMON_BASES,
        **_PUBLIC_TASK,
        "legitimate_interest": PURPOSE_CLASSES - SOLD_CLASSES,
    },
    knows_legitimate_interest=True,
    sensitive_consent="explicit",  # LGPD 11(I): specific and highlighted
    automated_decisions=_HUMAN_TO_TURN_TO,
)
_BR = replace(_BR_BEFORE_ECA, minor_bans=_under(18, *SOLD_CLASSES))

_IN_BEFORE_COMMENCEMENT = Profile(
    name="IN",
    opt_in=True,
    consent_age=18,  # DPDP s.9(1), applied early
    # s.7 is a closed list; s.17(1)(a) lets legal claims be pursued. "contract" is s.7(a).
    bases={**_COMMON_BASES, "legitimate_interest": _LEGAL_CLAIMS_ONLY},
)
# s.9(3): no tracking, behavioural monitoring or targeted advertising at children.
_IN = replace(_IN_BEFORE_COMMENCEMENT, minor_bans=_under(18, *_TRACKING_CLASSES))

# The union of what protects most. Age 16 and not 18 follows the product's own profile table.
_STRICTEST = Profile(
    name=UNKNOWN,
    opt_in=True,
    consent_age=16,
    bases={**_COMMON_BASES, "legitimate_interest": _LEGAL_CLAIMS_ONLY},
    minor_bans=_under(18, *SOLD_CLASSES),
    platform_ad_limits=True,
    signal_is_opt_out=True,
    signal_is_statutory=True,
    special_needs_condition=True,
    sensitive_consent="explicit",
    sensitive_strictly_necessary=True,
    sensitive_sale_banned=True,
    device_consent=True,
    electronic_marketing_consent=True,
    automated_decisions=_GDPR_22,
    preuse_notice=True,
    reopt_in_two_step=True,
    refresh_months=24,
    reask_months=12,
    opt_out_link=True,
    limit_link=True,
)


def _always(profile: Profile) -> tuple[Edition, ...]:
    return (Edition(ALWAYS, profile),)


def _member_state(code: str, age: int) -> tuple[Edition, ...]:
    return _always(replace(_EU, name=code, consent_age=age))


def _denmark() -> tuple[Edition, ...]:
    # Databeskyttelsesloven s.6(2) raised the age from 13 on 1 January 2024.
    before, after = (replace(_EU, name="EU-DK", consent_age=age) for age in (13, 15))
    return (Edition(_from(2024, 1, 1), after), Edition(ALWAYS, before))


_VIRGINIA_MODEL = ("US-VA", "US-IN", "US-KY", "US-RI", "US-TN")
_UTAH_MODEL = ("US-UT", "US-IA")

JURISDICTIONS: Final[Jurisdictions] = {
    UNKNOWN: _always(_STRICTEST),
    "EU": _always(_EU),
    **{f"EU-{state}": _member_state(f"EU-{state}", age) for state, age in _EU_AGES.items()},
    "EU-DK": _denmark(),
    # DUAA main parts, SI 2026/82.
    "UK": (Edition(_from(2026, 2, 5), _UK), Edition(ALWAYS, _UK_BEFORE_DUAA)),
    **{code: _always(replace(_US_MODEL, name=code)) for code in _VIRGINIA_MODEL},
    **{code: _always(replace(_US_UT, name=code)) for code in _UTAH_MODEL},
    # 11 CCR 7200(b).
    "US-CA": (Edition(_from(2027, 1, 1), _CA), Edition(ALWAYS, _CA_BEFORE_ADMT)),
    "US-CO": (Edition(_from(2025, 10, 1), _CO), Edition(ALWAYS, _CO_BEFORE_MINORS)),
    # SB 1295.
    "US-CT": (Edition(_from(2026, 7, 1), _CT), Edition(ALWAYS, _CT_BEFORE_BAN)),
    "US-MD": _always(_MD),
    "CA-QC": _always(_QC),
    # ECA Digital, Lei 15.211/2025, six months after 17 September 2025.
    "BR": (Edition(_from(2026, 3, 17), _BR), Edition(ALWAYS, _BR_BEFORE_ECA)),
    # DPDP Rules, last phase.
    "IN": (
        Edition(_from(2027, 5, 13), _IN),
        Edition(ALWAYS, _IN_BEFORE_COMMENCEMENT),
    ),
}
