"""Stage 6, young people in opt-out regimes: where do they have to be opted in?"""

from consent.decisions.cases import Case
from consent.decisions.verdicts import Decision, denial
from consent.jurisdictions import MinorOptIn, Profile
from consent.vocabulary import GIVEN

_OPT_IN = denial("MINOR_OPT_IN_REQUIRED")
_OPT_IN_BY_PARENT = denial("MINOR_OPT_IN_REQUIRED", "REQUEST_PARENTAL")
_PARENT = denial("PARENTAL_CONSENT_REQUIRED", "REQUEST_PARENTAL")


def check(case: Case, profile: Profile) -> Decision | None:
    """CIV 1798.120(c), 11 CCR 7070-7071, CRS 6-1-1308.5, and COPPA below 13."""
    age = case.age
    if age is None or age >= profile.of_age:
        return None
    rule = _rule(case, profile)
    if rule is not None:
        if age < rule.parent_under:
            return None if _given_by(case, "parental") else _OPT_IN_BY_PARENT
        return None if _given_by(case, rule.act) else _OPT_IN
    if _needs_parent(case, profile) and not _given_by(case, "parental"):
        return _PARENT
    return None


def needs_opt_in(case: Case, profile: Profile) -> bool:
    """Whether this person's age turns opt-out into opt-in here."""
    if case.age is None or case.age >= profile.of_age:
        return False
    return _rule(case, profile) is not None or _needs_parent(case, profile)


def _rule(case: Case, profile: Profile) -> MinorOptIn | None:
    rule = profile.minor_opt_in.get(case.purpose_class)
    if rule is None or case.age is None or case.age >= rule.under:
        return None
    return rule


def _needs_parent(case: Case, profile: Profile) -> bool:
    return (
        case.age is not None
        and case.age < profile.consent_age
        and case.purpose_class in profile.parental_classes
    )


def _given_by(case: Case, act: str | None) -> bool:
    return case.consent_status in GIVEN and (act is None or act in case.consent_types)
