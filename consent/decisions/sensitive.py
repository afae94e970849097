"""Stage 6, sensitive and special-category data: what more do they need?"""

from consent.decisions.cases import Case
from consent.decisions.verdicts import Decision, denial
from consent.jurisdictions import Profile
from consent.vocabulary import CONSENT_BASES, GIVEN, NEEDED_CLASSES, UNSTOPPABLE_CLASSES

_NO_CONDITION = denial("SPECIAL_CATEGORY_NO_CONDITION")
_NO_CONDITION_ON_CONSENT = denial("SPECIAL_CATEGORY_NO_CONDITION", "REQUEST_EXPLICIT_CONSENT")
_EXPLICIT = denial("EXPLICIT_CONSENT_REQUIRED", "REQUEST_EXPLICIT_CONSENT")


def check(case: Case, profile: Profile) -> Decision | None:
    """A condition of Art. 9(2), or the explicit consent other laws ask for.

    GDPR 9; P-39.1 s.12; LGPD 11. Whether a consent is explicit is asked in stage 7.
    """
    on_consent = case.legal_basis in CONSENT_BASES
    special = profile.special_needs_condition and case.data_class != "sensitive"
    if special and not _has_condition(case):
        return _NO_CONDITION_ON_CONSENT if on_consent else _NO_CONDITION
    return _EXPLICIT if needs_explicit(case, profile) and not on_consent else None


def needs_explicit(case: Case, profile: Profile) -> bool:
    """Whether only an explicit act carries these data here."""
    # Where Art. 9 binds too, its condition does not excuse from the consent of the other law.
    excused = "art9_condition" in case.flags and not profile.special_needs_condition
    return (
        profile.sensitive_consent == "explicit"
        and case.data_class != "ordinary"
        and case.purpose_class not in NEEDED_CLASSES
        and not excused
    )


def needs_consent(case: Case, profile: Profile) -> bool:
    """Whether an opt-out regime turns to opt-in for these data (Va 59.1-578, CRS 6-1-1308(7))."""
    return (
        profile.sensitive_consent is not None
        and case.data_class != "ordinary"
        and case.purpose_class not in NEEDED_CLASSES
    )


def _has_condition(case: Case) -> bool:
    """Art. 9(2): (a) explicit consent, (f) legal claims, the person's own rights, or on file."""
    return (
        case.legal_basis == "explicit_consent"
        or "art9_condition" in case.flags
        or case.purpose_class in UNSTOPPABLE_CLASSES
        or _consented_explicitly(case)
    )


def _consented_explicitly(case: Case) -> bool:
    # Because what counts is the act of the person, not the label in the catalogue.
    return (
        case.legal_basis == "consent"
        and case.consent_status in GIVEN
        and "explicit" in case.consent_types
    )
