"""Stage 1: is there a person, and do we know which one?"""

from consent.decisions.cases import Case, Policy
from consent.decisions.verdicts import Decision, denial
from consent.vocabulary import IDENTIFIED

_ERASED = denial("SUBJECT_ERASED")
_CONFLICT = denial("IDENTITY_CONFLICT", "PROMPT_RECONSENT")
_UNKNOWN = denial("SUBJECT_UNKNOWN")
_UNKNOWN_WITH_FALLBACK = denial("SUBJECT_UNKNOWN", "FALLBACK_NON_PERSONALISED")


def check(case: Case, policy: Policy) -> Decision | None:
    """Deny for erased, unknown, unverified and contradictory people (GDPR 11, 12(6), 17, 25)."""
    state = case.subject_state
    if state in IDENTIFIED:
        return None
    if state == "erased":
        return _ERASED
    if state == "merged_conflict":
        return _CONFLICT
    if "no_subject_needed" in case.flags and case.purpose_class not in policy.own_no_classes:
        return None
    if state == "unknown" and case.purpose_class == "personalisation":
        return _UNKNOWN_WITH_FALLBACK
    return _UNKNOWN
