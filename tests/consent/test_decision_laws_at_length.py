"""The laws of the decision on 200,000 questions at random: 1,000 examples of 200 each."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.cases import Asked, decide_leaves
from consent.decisions import DEFAULT_POLICY, Decision, decide
from consent.reasons import DENIALS, OBLIGATIONS, PERMITS
from tests.consent.questions_at_random import question
from tests.consent.test_decision_laws import restrictions_of

EXAMPLES = 1_000
QUESTIONS = 200


def answered(asked: Asked) -> dict[str, Decision]:
    return decide_leaves(asked, DEFAULT_POLICY)


def check_total(asked: Asked, answers: dict[str, Decision]) -> None:
    """Every attribute has an answer, in the closed words."""
    assert sorted(answers) == list("abcde"), asked
    for decision in answers.values():
        assert decision.reason_code in (PERMITS if decision.permit else DENIALS), asked
        assert {duty.partition(":")[0] for duty in decision.obligations} <= set(OBLIGATIONS), asked


def check_alone(asked: Asked, answers: dict[str, Decision]) -> None:
    """An attribute is answered as if it alone had been asked for."""
    for kind, codes in asked.leaves.items():
        for code in codes:
            alone = answered(Asked(asked.case, {kind: [code]}))
            assert alone == {code: answers[code]}, asked


def check_monotone(asked: Asked) -> None:
    """Whatever a person or the law restricts further, a denial stays one."""
    if not decide(asked.case):
        for restricted in restrictions_of(asked.case):
            assert not decide(restricted), (asked.case, restricted)


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(st.integers(0, 2**64))
def test_the_laws_hold_at_length(seed: int) -> None:
    dice = random.Random(seed)
    questions = [question(dice) for _ in range(QUESTIONS)]

    answers = [answered(asked) for asked in questions]

    for asked, found in zip(questions, answers, strict=True):
        check_total(asked, found)
        check_alone(asked, found)
        check_monotone(asked)
    # Asked again, in another order, after all the others: nothing was learnt from anybody.
    for asked, found in sorted(zip(questions, answers, strict=True), key=lambda _: dice.random()):
        assert answered(asked) == found, asked


def test_questions_at_random_reach_the_rules() -> None:
    dice = random.Random(1)

    codes = [
        decision.reason_code for _ in range(3_000) for decision in answered(question(dice)).values()
    ]

    # Because a law that is only ever asked of refused questions says little.
    assert sum(code in PERMITS for code in codes) > len(codes) // 20
    assert len(set(codes)) > 50
