"""The law that matters most, on the live database path: a further No never permits more."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zeal import zeal_context

from consent.actions import recording
from consent.actions.asking import ask
from consent.acts import Act
from consent.questions import Mint, Question
from tests.cast import bring_in

pytestmark = pytest.mark.django_db

ON_THE_DATABASE = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PURPOSES = ["recommendations", "email_marketing", "targeted_ads", "service_improvement"]
SCOPES = [(), ("purchases",), ("purchases.produce",), ("age_band",)]
RESTRICTIVE = [
    "refused", "withdrawn", "objected", "opted_out", "limited", "restricted", "held",
    "hold_only", "signal_on", "erasure_pending", "invalidated",
]  # fmt: skip


def covered(purpose: str, scope: tuple[str, ...]) -> tuple[str, ...]:
    """Because only attributes of the purpose can be recorded, others are left out."""
    return () if purpose == "email_marketing" and scope == ("age_band",) else scope


yeses = st.builds(
    lambda purpose, scope, state: Act(
        state=state,
        purpose=purpose,
        attributes=covered(purpose, scope),
        notice=2 if purpose == "recommendations" else 1,
        language="en",
    ),
    st.sampled_from(PURPOSES),
    st.sampled_from(SCOPES),
    st.sampled_from(["given", "opted_in"]),
)
noes = st.builds(
    lambda state, purpose, scope: Act(
        state=state, purpose=purpose, attributes=covered(purpose, scope)
    ),
    st.sampled_from(RESTRICTIVE),
    st.sampled_from(PURPOSES),
    st.sampled_from(SCOPES),
)
questions = st.builds(
    Question,
    subject_id=st.none(),
    purpose=st.sampled_from(PURPOSES),
    attributes=st.sampled_from([("purchases",), ("purchases.produce",), ("age_band", "purchases")]),
    recipient=st.sampled_from(["shop", "shop-app", "northwind"]),
    channel=st.sampled_from([None, "email"]),
)


def live_through(subject_id: UUID, acts: list[Act]) -> None:
    for act in acts:
        with zeal_context():
            recording.record(subject_id=subject_id, act=act, by="tests", at=timezone.now())


def permits(question: Question, mint: Mint) -> tuple[bool, set[str]]:
    with zeal_context():
        ruling = ask(question=question, at=timezone.now(), mint=mint)
    assert (ruling.permit is not None) == bool(mint is Mint.PARTIAL and ruling.covered)
    return ruling.permitted, set(ruling.covered)


@ON_THE_DATABASE
@given(
    st.sampled_from([("EU-DE",), ("US-CA",), ("US-CO", "EU-FR"), ()]),
    st.lists(yeses | noes, max_size=4),
    noes,
    questions,
)
def test_a_further_no_never_permits_more(
    catalogue: None, jurisdictions: tuple[str, ...], said: list[Act], no: Act, question: Question
) -> None:
    question = replace(question, subject_id=bring_in(*jurisdictions))
    assert question.subject_id is not None
    live_through(question.subject_id, said)
    permitted_before, covered_before = permits(question, Mint.PARTIAL)
    live_through(question.subject_id, [no])
    permitted_after, covered_after = permits(question, Mint.PARTIAL)
    assert permitted_before or not permitted_after
    assert covered_after <= covered_before


@ON_THE_DATABASE
@given(st.lists(noes, min_size=1, max_size=3), questions)
def test_what_one_person_says_changes_nothing_for_another(
    catalogue: None, said: list[Act], question: Question
) -> None:
    bystander = replace(question, subject_id=bring_in("US-CA"))
    before = permits(bystander, Mint.NONE)
    live_through(bring_in("US-CA"), said)
    assert permits(bystander, Mint.NONE) == before
