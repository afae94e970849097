"""Selecting people by the shape of their state: the same people as asking one by one."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zeal import zeal_context

from audit import queries as log
from consent.actions import importing, locking, recording, states, subjects
from consent.actions.asking import decide
from consent.actions.asking_bulk import ask_people
from consent.actions.importing import PastAct, PersonActs
from consent.actions.recording import Act
from consent.models import ConsentState, Subject
from consent.queries import permitted, population
from consent.questions import Question
from tests.cast import bring_in, say
from tests.cast import given as said_yes

pytestmark = pytest.mark.django_db

ON_THE_DATABASE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PURPOSES = ["recommendations", "email_marketing", "targeted_ads", "service_improvement"]
PLACES = [("EU-DE",), ("UK",), ("US-CA",), ("US-CO", "EU-FR"), ("IN",), ()]
BORN = [date(1980, 3, 14), date(2010, 6, 1), date(2013, 1, 1), None]
SCOPES: list[dict[str, object]] = [
    {}, {"attributes": ("purchases.produce",)}, {"channels": ("email",)},
    {"recipient": "northwind"}, {"recipient": "shop"},
]  # fmt: skip

yes = st.builds(
    lambda purpose, state, scope: Act(
        state=state, purpose=purpose, notice=2 if purpose == "recommendations" else 1,
        language="en", **scope,
    ),
    st.sampled_from(PURPOSES),
    st.sampled_from(["given", "opted_in"]),
    st.sampled_from(SCOPES),
)  # fmt: skip
no = st.builds(
    lambda purpose, state, scope: Act(state=state, purpose=purpose, **scope),
    st.sampled_from(PURPOSES),
    st.sampled_from(["refused", "withdrawn", "objected", "opted_out", "restricted", "signal_on"]),
    st.sampled_from(SCOPES),
)
people = st.fixed_dictionaries(
    {
        "places": st.sampled_from(PLACES),
        "born": st.sampled_from(BORN),
        "status": st.sampled_from(["known", "known", "pseudonymous", "merged_ok",
                                   "merged_conflict", "unverified", "erased"]),
        # What was said, how many days ago, and for how many days from today it was said.
        "said": st.lists(
            st.tuples(
                yes | yes | no,
                st.integers(1, 900),
                st.sampled_from([None, 5, 300]),
            ),
            max_size=4,
        ),
    }
)  # fmt: skip
questions = st.builds(
    Question,
    subject_id=st.none(),
    purpose=st.sampled_from(PURPOSES),
    attributes=st.sampled_from(
        [("purchases",), ("purchases.produce",), ("purchases.deli", "age_band"), ("phone",), ()]
    ),
    recipient=st.sampled_from(["shop", "shop-app", "northwind", "nobody"]),
    channel=st.sampled_from([None, "email", "sms"]),
    jurisdictions=st.sampled_from([(), ("EU-DE",)]),
    signal=st.booleans(),
)


def live(person: dict[str, object], now: datetime) -> UUID:
    subject_id = bring_in(*person["places"], born=person["born"])
    acts = []
    for act, days, left in person["said"]:
        ends = now + timedelta(days=left) if left and act.state in recording.AFFIRMATIVE else None
        acts.append(PastAct(act, now - timedelta(days=days), expires_at=ends))
    with zeal_context():
        importing.import_events(people=[PersonActs(subject_id, acts)], by="tests", at=now)
    with zeal_context():
        if person["status"] == "erased":
            subjects.mark_erased(subject_id=subject_id, at=now)
        elif person["status"] != "known":
            Subject.objects.filter(pk=subject_id).update(status=person["status"])
            states.recompile(subject=locking.lock_subject(subject_id), at=now)
    return subject_id


def one_by_one(question: Question, subject_ids: list[UUID], at: datetime) -> set[UUID]:
    found = set()
    for subject_id in subject_ids:
        with zeal_context():
            if decide(question=replace(question, subject_id=subject_id), at=at).permitted:
                found.add(subject_id)
    return found


@ON_THE_DATABASE
@given(st.lists(people, min_size=1, max_size=6), questions, st.sampled_from([0, 30, 400]))
def test_a_selection_is_the_people_whom_single_questions_permit(
    catalogue: None, crowd: list[dict[str, object]], question: Question, days: int
) -> None:
    now = timezone.now()
    subject_ids = [live(person, now) for person in crowd]
    # Because states were compiled today, some have lapsed at a later moment.
    at = now + timedelta(days=days)
    with zeal_context():
        selection = population.select(question=question, at=at)
    delivered = set(population.split(selection.ids()))
    filtered = set(Subject.objects.filter(selection.among()).values_list("pk", flat=True))
    paged = [person for page in selection.pages(at_once=2) for person in population.split(page)]
    expected = one_by_one(question, subject_ids, at)
    assert delivered & set(subject_ids) == expected
    assert delivered == filtered == set(paged)
    assert paged == sorted(paged)
    assert selection.count == len(delivered)


def test_who_withdraws_after_the_selection_is_not_delivered(ada: UUID, ben: UUID) -> None:
    said_yes(ben)
    selection = permitted(purpose="recommendations", attributes=["purchases"], at=timezone.now())
    assert set(selection) == {ada, ben}
    say(ada, "withdrawn", "recommendations")
    assert set(selection) == {ben}


def test_a_lapsed_state_is_decided_alone_and_only_while_nothing_is_said(ada: UUID) -> None:
    later = timezone.now() + timedelta(days=5)
    ConsentState.objects.filter(subject_id=ada).update(until=later - timedelta(days=1))
    selection = permitted(purpose="recommendations", attributes=["purchases"], at=later)
    assert [person for person, _ in selection.singly] == [ada]
    assert list(selection) == [ada]
    say(ada, "withdrawn", "recommendations")
    assert list(selection) == []


def test_a_selection_of_another_catalogue_is_empty(ada: UUID) -> None:
    selection = permitted(purpose="recommendations", attributes=["purchases"], at=timezone.now())
    assert list(selection) == [ada]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consent_recipient SET paused_at = now() WHERE code = 'northwind'")
    assert list(selection) == []


def test_a_use_over_many_is_one_entry_that_names_shapes_and_people(ada: UUID, ben: UUID) -> None:
    question = Question(
        subject_id=None, purpose="recommendations", attributes=("purchases",), recipient="shop",
        channel="email", feature="newsletter",
    )  # fmt: skip
    found = ask_people(question=question, at=timezone.now())
    assert list(found.people) == [ada]
    entry = log.event(found.event)
    assert (entry.kind, entry.tag) == ("decision.bulk", None)
    assert entry.facts["people"] == 1
    assert entry.facts["considered"] == 2
    assert entry.facts["channel"] == "email"
    assert len(entry.facts["shapes_digest"]) == 64
