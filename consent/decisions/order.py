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
from consent.jurisdictions import UNKNOWN, profile_for
from consent.vocabulary import IDENTIFIED, UNSTOPPABLE_CLASSES

_ON_CONSENT = frozenset({"CONSENT_VALID", "OPT_IN_AFTER_OPT_OUT"})
_NOWHERE = (UNKNOWN,)
_AGAINST = requests.FLAGS | limits.FLAGS | stops.BINDING | validity.FLAGS


def decide(case: Case, policy: Policy = DEFAULT_POLICY) -> Decision:
    """Permit or deny one use, with the reason and the obligations.

    Total and pure: every case has an answer, and nothing but the case and the policy
    decides it. Several jurisdictions permit only together; the denial of the first that
    denies is reported, in the order they are listed, else the ground of the first.
    """
    # Because few flags stand against a use, one glance spares most cases four looks.
    flagged = not case.flags.isdisjoint(_AGAINST)
    denied = requests.check(case, policy, flagged)
    if denied is None and case.subject_state not in IDENTIFIED:
        denied = subjects.check(case, policy)
    if denied is None:
        denied = limits.check(case, flagged)
    if denied is None and flagged:
        denied = stops.check(case)
    if denied is not None:
        return denied
    codes = case.jurisdictions or _NOWHERE
    if len(codes) == 1:
        basis = case.bases[0] if case.bases else case.legal_basis
        return _decide_in(case, codes[0], basis, policy, flagged)
    return _decide_everywhere(case, codes, policy, flagged)


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
    data_class, flags = facts
    if data_class == case.data_class and (not flags or flags <= case.flags):
        return case
    return case._replace(data_class=data_class, flags=case.flags | flags)


def _decide_everywhere(
    case: Case, codes: tuple[str, ...], policy: Policy, flagged: bool
) -> Decision:
    decisions = []
    for code, basis in zip(codes, case.bases or (case.legal_basis,) * len(codes), strict=True):
        decision = _decide_in(case, code, basis, policy, flagged)
        if not decision.permit:
            return decision
        decisions.append(decision)
    owed = {decision.obligations for decision in decisions}
    if len(owed) == 1:
        return decisions[0]
    return permit(decisions[0].reason_code, _joined(decisions))


def _joined(decisions: list[Decision]) -> tuple[str, ...]:
    duties = dict.fromkeys(duty for decision in decisions for duty in decision.obligations)
    if len(duties) > 1:
        # LOG_USE stands for "nothing more is owed".
        duties.pop("LOG_USE", None)
    return tuple(duties)


def _decide_in(case: Case, code: str, basis: str, policy: Policy, flagged: bool) -> Decision:
    """Decide under the law of one place, on the basis that is configured for it."""
    if basis != case.legal_basis:
        case = case._replace(legal_basis=basis)
    profile = profile_for(policy.jurisdictions, code, case.as_of)
    # Stages 3 to 5, which legal claims and the person's own rights pass.
    if case.purpose_class in UNSTOPPABLE_CLASSES:
        denied = preservation.check_unstoppable(case)
    else:
        denied = preservation.check(case)
        if denied is None:
            denied = prohibitions.check(case, profile)
        if denied is None:
            denied = objections.check(case, profile, policy)
    if denied is not None:
        return denied
    ground = regimes.ground(case, profile)
    if not isinstance(ground, str):
        return ground
    if ground in _ON_CONSENT or preservation.rests_on_consent(case):
        denied = validity.check(case, profile, flagged)
        if denied is not None:
            return denied
    if case.purpose_class == "legal_claims":
        ground = "LEGAL_CLAIMS"
    return permit(ground, duties.obligations(case, profile, ground))
