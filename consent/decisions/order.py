"""May this use take place? The order of the stages.

The first denial wins, and a permit is returned at the very end only, because an early
one would skip the stages behind it.
"""

from collections.abc import Mapping

from consent.decisions import (
    duties,
    limits,
    objections,
    preservation,
    prohibitions,
    regimes,
    requests,
    stops,
    subjects,
    validity,
)
from consent.decisions.cases import DEFAULT_POLICY, AttributeFacts, Case, Policy
from consent.decisions.verdicts import Decision, permit
from consent.jurisdictions import UNKNOWN, Profile, profile_for
from consent.vocabulary import UNSTOPPABLE_CLASSES

_ON_CONSENT = frozenset({"CONSENT_VALID", "OPT_IN_AFTER_OPT_OUT"})
_NOWHERE = (UNKNOWN,)


def decide(case: Case, policy: Policy = DEFAULT_POLICY) -> Decision:
    """Permit or deny one use, with the reason and the obligations.

    Total and pure: every case has an answer, and nothing but the case and the policy
    decides it. Several jurisdictions permit only together; the denial of the first that
    denies is reported, in the order they are listed, else the ground of the first.
    """
    denied = requests.check(case, policy)
    if denied is None:
        denied = subjects.check(case, policy)
    if denied is None:
        denied = limits.check(case)
    if denied is None:
        denied = stops.check(case)
    if denied is not None:
        return denied
    codes = case.jurisdictions or _NOWHERE
    if len(codes) == 1 and not case.bases:
        return _decide_under(case, profile_for(policy.jurisdictions, codes[0], case.as_of), policy)
    return _decide_everywhere(case, codes, policy)


def decide_attributes(
    case: Case, attributes: Mapping[str, AttributeFacts], policy: Policy = DEFAULT_POLICY
) -> dict[str, Decision]:
    """Decide one question for several attributes: attribute code -> decision.

    Each attribute's data class replaces the case's, its flags are added to the case's.
    Attributes with equal facts are decided once, so the cost is that of the distinct facts.
    """
    known: dict[AttributeFacts, Decision] = {}
    answers: dict[str, Decision] = {}
    for code, facts in attributes.items():
        decision = known.get(facts)
        if decision is None:
            decision = known[facts] = decide(_with_facts(case, facts), policy)
        answers[code] = decision
    return answers


def _with_facts(case: Case, facts: AttributeFacts) -> Case:
    if facts.data_class == case.data_class and facts.flags <= case.flags:
        return case
    return case._replace(data_class=facts.data_class, flags=case.flags | facts.flags)


def _decide_everywhere(case: Case, codes: tuple[str, ...], policy: Policy) -> Decision:
    decisions = []
    for code, basis in zip(codes, case.bases or (case.legal_basis,) * len(codes), strict=True):
        profile = profile_for(policy.jurisdictions, code, case.as_of)
        decision = _decide_under(case._replace(legal_basis=basis), profile, policy)
        if not decision.permit:
            return decision
        decisions.append(decision)
    owed = dict.fromkeys(duty for decision in decisions for duty in decision.obligations)
    if len(owed) > 1:
        # LOG_USE stands for "nothing more is owed".
        owed.pop("LOG_USE", None)
    return permit(decisions[0].reason_code, tuple(owed))


def _decide_under(case: Case, profile: Profile, policy: Policy) -> Decision:
    denied = _stopped(case, profile, policy)
    if denied is not None:
        return denied
    ground = regimes.ground(case, profile)
    if isinstance(ground, Decision):
        return ground
    if ground in _ON_CONSENT or preservation.rests_on_consent(case):
        denied = validity.check(case, profile)
        if denied is not None:
            return denied
    if case.purpose_class == "legal_claims":
        ground = "LEGAL_CLAIMS"
    return permit(ground, duties.obligations(case, profile, ground))


def _stopped(case: Case, profile: Profile, policy: Policy) -> Decision | None:
    """Stages 3 to 5, which legal claims and the person's own rights pass."""
    if case.purpose_class in UNSTOPPABLE_CLASSES:
        return preservation.check_unstoppable(case)
    denied = preservation.check(case)
    if denied is None:
        denied = prohibitions.check(case, profile)
    if denied is None:
        denied = objections.check(case, profile, policy)
    return denied
