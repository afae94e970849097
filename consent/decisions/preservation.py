"""Stage 3: is the data there to be used, or only to be kept?"""

from consent.decisions.cases import Case
from consent.decisions.verdicts import Decision, denial
from consent.vocabulary import GIVEN, OWN_NO_CLASSES, UNSTOPPABLE_CLASSES

_HELD_ONLY = denial("LEGAL_HOLD_ONLY", "STORE_ONLY")
_ELAPSED = denial("RETENTION_ELAPSED", "SCHEDULE_ERASURE")
_ERASURE = denial("ERASURE_PENDING", "STORE_ONLY")
_RESTRICTED = denial("PROCESSING_RESTRICTED", "STORE_ONLY")
_RESTRICTED_LAW = denial("PROCESSING_RESTRICTED", "ESCALATE_DPO")


def check(case: Case) -> Decision | None:
    """Holds, retention, pending erasure, restriction (GDPR 5(1)(b) and (e), 17, 18)."""
    hold = case.legal_hold
    if "retention_elapsed" in case.flags:
        # Because data past its retention that is still there is there for the hold alone.
        return _ELAPSED if hold == "no" else _HELD_ONLY
    if hold not in ("no", "yes"):
        return _HELD_ONLY
    if case.erasure_state != "none" and not _owed_by_law(case):
        return _ERASURE
    if case.restriction != "none" and not _may_be_used_restricted(case):
        return _RESTRICTED_LAW if case.purpose_class == "legal_obligation" else _RESTRICTED
    return None


def check_unstoppable(case: Case) -> Decision | None:
    """Legal claims outlive retention under a hold, and only there (GDPR 17(3)(e)).

    The person's own rights reach whatever is still stored (15), so they always pass.
    """
    if case.purpose_class != "legal_claims":
        return None
    if "retention_elapsed" in case.flags and case.legal_hold == "no":
        return _ELAPSED
    return None


def rests_on_consent(case: Case) -> bool:
    """Whether a consent must be valid because it lifts an obstacle, whatever the basis.

    It may lift a restriction (GDPR 18(2)) or an incompatible purpose (6(4), 11 CCR 7002(e)).
    """
    if "incompatible_purpose" in case.flags:
        return True
    return (
        case.restriction != "none"
        and case.purpose_class not in UNSTOPPABLE_CLASSES
        and not _lifted_for_others(case)
    )


def _owed_by_law(case: Case) -> bool:
    # GDPR 17(3)(b).
    return case.purpose_class == "legal_obligation" and case.legal_basis == "legal_obligation"


def _may_be_used_restricted(case: Case) -> bool:
    return _lifted_for_others(case) or (
        "consent_after_restriction" in case.flags and case.consent_status in GIVEN
    )


def _lifted_for_others(case: Case) -> bool:
    # Because no one else's rights and no public interest need this person's recommendations.
    return case.purpose_class not in OWN_NO_CLASSES and (
        "art18_2_other_person" in case.flags or "art18_2_public_interest" in case.flags
    )
