"""Stage 0: can this question be answered at all?"""

from consent.decisions.cases import Case, Policy
from consent.decisions.verdicts import Decision, denial
from consent.vocabulary import PURPOSE_CLASSES

_STORE_UNAVAILABLE = denial("DECISION_UNAVAILABLE")
_STALE = denial("DECISION_UNAVAILABLE", "REEVALUATE")
_MALFORMED = denial("INVALID_REQUEST")
_UNKNOWN = denial("PURPOSE_UNKNOWN")
_RETIRED = denial("PURPOSE_RETIRED")
_FUTURE = denial("INVALID_TIME")

FLAGS = frozenset({"store_unavailable", "stale_cache", "malformed", "purpose_retired", "future"})


def check(case: Case, policy: Policy, flagged: bool = True) -> Decision | None:
    """Store reachable, question well formed, purpose known and live, time not to come.

    AuthZEN 1.0 (closed by default), GDPR 5(1)(b). None when nothing stands against it.
    `flagged` is False where the caller has seen that the case has none of `FLAGS`.
    """
    if flagged:
        denied = _unanswerable(case.flags)
        if denied is not None:
            return denied
    ends, seen, bases = case.consent_expires_at, case.last_interaction, case.bases
    # Because two instants cannot be compared when one of them names no offset.
    if (
        case.as_of.tzinfo is None
        or (ends is not None and ends.tzinfo is None)
        or (seen is not None and seen.tzinfo is None)
        or (bases and len(bases) != len(case.jurisdictions))
    ):
        return _MALFORMED
    if case.purpose not in policy.purposes or case.purpose_class not in PURPOSE_CLASSES:
        return _UNKNOWN
    return _out_of_time(case.flags) if flagged else None


def _unanswerable(flags: frozenset[str]) -> Decision | None:
    if "store_unavailable" in flags:
        return _STORE_UNAVAILABLE
    if "stale_cache" in flags:
        return _STALE
    return _MALFORMED if "malformed" in flags else None


def _out_of_time(flags: frozenset[str]) -> Decision | None:
    if "purpose_retired" in flags:
        return _RETIRED
    # Because a withdrawal between now and then cannot be excluded.
    return _FUTURE if "future" in flags else None
