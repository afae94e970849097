"""Stage 2, second half: what people bound themselves and us to, before any basis is asked for."""

from consent.decisions.cases import Case
from consent.decisions.verdicts import Decision, denial
from consent.vocabulary import OWN_NO_CLASSES, UNSTOPPABLE_CLASSES

BINDING = frozenset({"hard_stop", "level_ceiling", "frequency_reached"})
_STOPPED = denial("PROCESSING_RESTRICTED", "STORE_ONLY", detail="hard_stop")
_LEVEL = denial("CONSENT_SCOPE_MISMATCH", "FALLBACK_NON_PERSONALISED", detail="level_ceiling")
FREQUENCY_REACHED = denial("CONSENT_SCOPE_MISMATCH", detail="frequency_reached")


def check(case: Case) -> Decision | None:
    """A self-imposed hard stop, a personalisation ceiling, a frequency cap.

    A hard stop (self-exclusion, a quiet period) beats every purpose but what the law or a life
    demands and the person's own rights. Ceilings and caps bound what people can refuse.
    """
    flags = case.flags
    if flags.isdisjoint(BINDING) or case.purpose_class in UNSTOPPABLE_CLASSES:
        return None
    if "hard_stop" in flags and not _demanded(case):
        return _STOPPED
    if case.purpose_class not in OWN_NO_CLASSES:
        return None
    if "level_ceiling" in flags:
        return _LEVEL
    return FREQUENCY_REACHED if "frequency_reached" in flags else None


def _demanded(case: Case) -> bool:
    # GDPR 6(1)(c)-(d): neither a duty in law nor a life in danger can be switched off.
    demanded = {"legal_obligation": "legal_obligation", "vital": "vital"}
    return demanded.get(case.purpose_class) == case.legal_basis
