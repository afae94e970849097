"""A long history costs as much as a short one, and ends in the same state."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from zeal import zeal_context

from consent.actions import importing, recording, states
from consent.actions.importing import PastAct, PersonActs
from consent.acts import Act
from consent.compiling import compile_state
from consent.models import ConsentState, KeptStanding, Subject
from consent.queries import states as state_queries

pytestmark = pytest.mark.django_db
LONG = states.SHORT_HISTORY + 4


def record(subject_id: UUID, state: str, at: datetime, **more: object) -> None:
    act = Act(state=state, purpose="recommendations", **more)  # type: ignore[arg-type]
    with zeal_context():
        recording.record(subject_id=subject_id, act=act, by="portal", at=at)


def said_often(subject_id: UUID, *, times: int = LONG) -> datetime:
    start = timezone.now() - timedelta(hours=1)
    for number in range(times):
        record(subject_id, "withdrawn" if number % 2 else "refused", start + timedelta(0, number))
    return start + timedelta(seconds=times)


def digest_from_scratch(subject_id: UUID) -> bytes:
    with zeal_context():
        subject = Subject.objects.get(pk=subject_id)
        events = state_queries.event_facts(subject_id)
    person = state_queries.person_facts(subject)
    return compile_state(person=person, events=events, at=timezone.now()).digest


def digest_kept(subject_id: UUID) -> bytes:
    with zeal_context():
        return bytes(ConsentState.objects.get(subject_id=subject_id).shape)


def test_a_short_history_keeps_nothing_more(ben: UUID) -> None:
    record(ben, "refused", timezone.now())

    assert not KeptStanding.objects.exists()


def test_a_long_history_is_not_read_again(ben: UUID) -> None:
    at = said_often(ben)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        record(ben, "given", at, notice=2, language="en")

    assert KeptStanding.objects.filter(subject_id=ben).exists()
    reads = [query["sql"] for query in asked if 'FROM "consent_consentevent"' in query["sql"]]
    assert reads == []
    assert digest_kept(ben) == digest_from_scratch(ben)


def test_what_is_said_of_the_past_finds_its_place(ben: UUID) -> None:
    at = said_often(ben)
    past = PastAct(Act("objected"), valid_from=at - timedelta(days=3))
    importing.import_events(people=[PersonActs(ben, [past])], by="tests", at=at)

    assert digest_kept(ben) == digest_from_scratch(ben)
    record(ben, "given", at + timedelta(seconds=1), notice=2, language="en")
    assert digest_kept(ben) == digest_from_scratch(ben)


def test_a_writer_that_waited_with_an_older_clock_loses_no_event(ben: UUID) -> None:
    now = timezone.now()
    record(ben, "withdrawn", now)
    record(ben, "objected", now - timedelta(seconds=2))

    content = state_queries.shape_content(digest_kept(ben))
    assert content["purposes"]["recommendations"]["status"] == "Withdrawn"
    assert content["objections"] == ["art21_1:recommendations"]
