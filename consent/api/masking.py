"""What a third party may learn from a No: that there is no consent, and nothing of the person.

Whether somebody is unknown, erased, under age, refusing or restricted is told to first
parties alone. What follows from the question and the catalogue is told to everybody, and is
worked out from these alone, so that it is the same whoever is asked about.
"""

from consent import cases
from consent.actions.asking import PERMIT_LIFETIME
from consent.catalogue import Catalogue
from consent.decisions import Decision, limits
from consent.questions import Question, Ruling

HIDDEN = "CONSENT_MISSING"
# Found before anybody looks for the person (consent.decisions.requests).
ABOUT_THE_QUESTION = frozenset(
    {
        "DECISION_UNAVAILABLE",
        "INVALID_REQUEST",
        "PURPOSE_UNKNOWN",
        "PURPOSE_RETIRED",
        "INVALID_TIME",
        "REPLAY_ONLY",
    }
)


def mask(ruling: Ruling, *, question: Question, catalogue: Catalogue) -> Ruling:
    """The ruling as a third party may see it; what is permitted stays as it is."""
    if ruling.permitted or ruling.reason_code in ABOUT_THE_QUESTION:
        return ruling
    answers = {
        code: answer
        if answer.permit
        else Decision(False, _visible(code, question, catalogue, ruling), ())
        for code, answer in ruling.attributes.items()
    }
    first = next((answer.reason_code for answer in answers.values() if not answer.permit), HIDDEN)
    partly = any(answer.permit for answer in answers.values())
    return ruling._replace(
        attributes=answers,
        reason_code=first,
        obligations=(),
        notice=ruling.notice if partly else None,
        valid_until=ruling.valid_until if partly else ruling.as_of + PERMIT_LIFETIME,
    )


def _visible(attribute: str, question: Question, catalogue: Catalogue, ruling: Ruling) -> str:
    leaves = catalogue.leaves(attribute) or (attribute,)
    asked = cases.build(
        question=question, leaves=leaves, catalogue=catalogue, content=None, at=ruling.as_of
    )
    for particular in asked.leaves:
        flags = asked.case.flags | particular.flags
        refused = limits.check(asked.case._replace(flags=flags))
        if refused is not None:
            return refused.reason_code
    return HIDDEN
