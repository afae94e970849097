"""Stage 4: what no consent can cure."""

from consent.decisions.cases import Case
from consent.decisions.verdicts import Decision, denial
from consent.jurisdictions import Profile
from consent.vocabulary import CONSENT_BASES, NEEDED_CLASSES, SOLD_CLASSES

PLATFORM_ADULT_AGE = 18  # years; DSA 28(2) protects minors

_MINOR = denial("MINOR_PROHIBITED")
_AGE = denial("AGE_ASSURANCE_REQUIRED", "ASK_AGE")
_SPECIAL_ADS = denial("PROFILING_ADS_SPECIAL_CATEGORY")
_SENSITIVE_SALE = denial("SENSITIVE_SALE_PROHIBITED")
_NOT_NECESSARY = denial("NOT_STRICTLY_NECESSARY")


def check(case: Case, profile: Profile) -> Decision | None:
    """Minors, advertising on platforms, sensitive data where only need allows it."""
    denied = None
    if case.age is None or profile.minor_bans:
        denied = _minors(case, profile)
    if denied is None and profile.platform_ad_limits and "online_platform" in case.flags:
        denied = _platform(case)
    if denied is None and case.data_class != "ordinary":
        denied = _sensitive(case, profile)
    return denied


def _minors(case: Case, profile: Profile) -> Decision | None:
    age = case.age
    if age is not None:
        return _MINOR if age < profile.minor_bans.get(case.purpose_class, age) else None
    if "child_directed" in case.flags and (
        case.purpose_class not in NEEDED_CLASSES or case.legal_basis in CONSENT_BASES
    ):
        # Wilful disregard of age is knowledge of it: CIV 1798.120(c), GDPR 8(2).
        return _AGE
    return None


def _platform(case: Case) -> Decision | None:
    if case.purpose_class != "cross_context_ads":
        return None
    if case.age is not None and case.age < PLATFORM_ADULT_AGE:
        return _MINOR
    return _SPECIAL_ADS if _is_special(case) else None


def _sensitive(case: Case, profile: Profile) -> Decision | None:
    if profile.sensitive_sale_banned and case.purpose_class == "sale":
        return _SENSITIVE_SALE
    if profile.sensitive_strictly_necessary and not _needed(case):
        return _NOT_NECESSARY
    return None


def _needed(case: Case) -> bool:
    if case.purpose_class in NEEDED_CLASSES:
        return True
    return "strictly_necessary" in case.flags and case.purpose_class not in SOLD_CLASSES


def _is_special(case: Case) -> bool:
    # Because a data class nobody knows is read as the most protected one.
    return case.data_class not in ("ordinary", "sensitive")
