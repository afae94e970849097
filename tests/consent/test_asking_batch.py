"""Asking about many at once: the same answers as one by one, one entry, a leaf for each."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.utils import timezone
from zeal import zeal_context

from audit import queries as log
from consent.actions import asking, asking_batch, subjects
from consent.actions.asking_batch import ask_each, ask_many
from consent.models import ConsentState
from consent.questions import Question
from keys import queries as keys
from portal import activity
from profiles.queries import copies
from tests.cast import bring_in, catalogue, given, question, say

__all__ = ["catalogue"]


def plain(**changes: object) -> Question:
    return question(None, **changes)


def crowd(ada: UUID, ben: UUID, cleo: UUID, dan: UUID) -> list[UUID]:
    """The cast, somebody erased, somebody whose state has lapsed, and nobody."""
    gone, lapsed = bring_in("EU-DE"), bring_in("EU-DE")
    given(lapsed)
    given(dan)
    ConsentState.objects.filter(subject_id=lapsed).update(until=timezone.now())
    subjects.mark_erased(subject_id=gone, at=timezone.now())
    return [ada, ben, cleo, dan, gone, lapsed, uuid4(), ada]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"channel": "email"},
        {"attributes": ("purchases", "phone")},
        {"attributes": ()},
        {"purpose": "horoscopes"},
        {"recipient": "northwind", "purpose": "targeted_ads"},
        {"jurisdictions": ("US-CA",), "signal": True},
        {"time": timezone.now() - timedelta(days=1)},
    ],
)
def test_the_answers_are_those_of_single_questions(
    ada: UUID, ben: UUID, cleo: UUID, dan: UUID, changes: dict[str, object]
) -> None:
    people = crowd(ada, ben, cleo, dan)
    asked, at = plain(**changes), timezone.now()
    with zeal_context():
        logged = ask_each(question=asked, subject_ids=people, at=at)
    answers = [answer for one in logged for answer in one.answers]
    with zeal_context():
        many = ask_many(questions=[replace(asked, subject_id=one) for one in people], at=at)
    for person, answer, ruling in zip(people, answers, many, strict=True):
        with zeal_context():
            single = asking.ask(question=replace(asked, subject_id=person), at=at)
        for found in (answer, ruling):
            assert (found.permitted, found.reason_code) == (single.permitted, single.reason_code)
        assert answer.outcome.answers == ruling.attributes == single.attributes
        assert ruling.event is not None


@pytest.mark.django_db
def test_one_entry_holds_all_and_each_finds_their_part(ada: UUID, ben: UUID, cleo: UUID) -> None:
    at = timezone.now()
    (logged,) = ask_each(
        question=plain(channel="shop_page", feature="home"), subject_ids=[ada, ben], at=at
    )
    assert logged.event is not None
    whole = log.event(logged.event)
    assert (whole.kind, whole.tag, whole.facts["people"]) == ("decision.batch", None, 2)
    for person, kind, reason in (
        (ada, "decision.permit", "CONSENT_VALID"),
        (ben, "decision.deny", "CONSENT_MISSING"),
    ):
        mine = log.events_for_tags([keys.subject_tag(person, at=at)], kind="decision")
        assert [(e.id, e.kind) for e in mine] == [(logged.event, kind)]
        assert mine[0].facts["reason"] == reason
        assert mine[0].facts["channel"] == "shop_page"
        assert activity.is_mine(whole, subject_id=person, at=at)
        shown = activity.page(subject_id=person, language="en", at=at, show="uses")
        assert [line.outcome for day in shown.days for line in day.lines] == [
            "allowed" if kind == "decision.permit" else "blocked"
        ]
        rows = copies.use_rows(person, since=at, until=at, language="en")
        assert str(logged.event) in [row["log_event"] for row in rows]
    assert not activity.is_mine(whole, subject_id=cleo, at=at)


@pytest.mark.django_db
def test_what_has_no_room_in_one_entry_is_two(
    ada: UUID, ben: UUID, cleo: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = asking_batch.audit.prepare_batch
    sizes = []

    def prepare(**given_: object) -> object:
        count = sum(len(group.tags) + group.unnamed for group in given_["groups"])  # type: ignore[attr-defined]
        sizes.append(count)
        if count > 2:
            raise ValueError("too long")
        return whole(**given_)  # type: ignore[arg-type]

    monkeypatch.setattr(asking_batch.audit, "prepare_batch", prepare)
    found = ask_each(question=plain(), subject_ids=[ada, ben, cleo], at=timezone.now())
    assert [len(logged.answers) for logged in found] == [1, 2]
    assert sizes == [3, 1, 2]
    assert len({logged.event for logged in found}) == 2


@pytest.mark.django_db
def test_the_first_no_or_yes_ends_the_questions(ada: UUID, ben: UUID) -> None:
    asked = [replace(plain(), subject_id=one) for one in (ada, ben, ada)]
    at = timezone.now()

    def said(stop_at: bool | None) -> list[bool]:
        return [ruling.permitted for ruling in ask_many(questions=asked, at=at, stop_at=stop_at)]

    assert said(None) == [True, False, True]
    assert said(False) == [True, False]
    assert said(True) == [True]


@pytest.mark.django_db
def test_nothing_is_permitted_that_was_withdrawn_between_look_and_entry(
    ada: UUID, ben: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ben)
    looked = asking_batch._decide
    withdrawn = []

    def decide_then_withdraw(*args: Any, **how: Any) -> object:
        answers = looked(*args, **how)
        if not withdrawn:
            withdrawn.append(ada)
            say(ada, "withdrawn", "recommendations")
        return answers

    monkeypatch.setattr(asking_batch, "_decide", decide_then_withdraw)
    (logged,) = ask_each(question=plain(), subject_ids=[ada, ben], at=timezone.now())
    assert [answer.permitted for answer in logged.answers] == [False, True]
    entries = log.events(filters=log.Filters(kind="decision.batch"))
    assert [entry.id for entry in entries] == [logged.event]


@pytest.mark.django_db
def test_messages_of_a_batch_keep_to_the_caps(ada: UUID, ben: UUID) -> None:
    given(ben)
    say(ada, "cap_set", channels=("email",), cap=(1, 7))
    letters, at = plain(channel="email"), timezone.now()

    def each() -> list[bool]:
        with zeal_context():
            found = ask_each(question=letters, subject_ids=[ada, ben], at=at)
        return [answer.permitted for logged in found for answer in logged.answers]

    assert each() == [True, True]
    assert each() == [False, True]
    questions = [replace(letters, subject_id=one) for one in (ben, ada, ben)]
    with zeal_context():
        assert [r.permitted for r in ask_many(questions=questions, at=at)] == [True, False, True]
    with zeal_context():
        assert len(ask_many(questions=questions, at=at, stop_at=False)) == 2


@pytest.mark.django_db
def test_who_never_stands_still_is_denied(ada: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = asking_batch._decide

    def decide_then_move(*args: Any, **how: Any) -> object:
        answers = looked(*args, **how)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE consent_consentstate SET epoch = epoch + 1")
        return answers

    monkeypatch.setattr(asking_batch, "_decide", decide_then_move)
    (logged,) = ask_each(question=plain(), subject_ids=[ada], at=timezone.now())
    assert (logged.event, logged.answers[0].reason_code) == (None, "DECISION_UNAVAILABLE")
    (ruling,) = ask_many(questions=[replace(plain(), subject_id=ada)], at=timezone.now())
    assert (ruling.permitted, ruling.reason_code) == (False, "DECISION_UNAVAILABLE")


@pytest.mark.django_db
def test_a_catalogue_that_moves_is_decided_again(
    ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = asking_batch._decide
    moved = []

    def decide_then_retire(*args: Any, **how: Any) -> object:
        answers = looked(*args, **how)
        if not moved:
            moved.append(True)
            with connection.cursor() as cursor:
                cursor.execute("UPDATE consent_purpose SET retired_at = now() - interval '1 s'")
        return answers

    monkeypatch.setattr(asking_batch, "_decide", decide_then_retire)
    (logged,) = ask_each(question=plain(), subject_ids=[ada], at=timezone.now())
    assert logged.answers[0].reason_code == "PURPOSE_RETIRED"


@pytest.mark.usefixtures("committed")
def test_a_withdrawal_on_another_connection_is_never_missed(catalogue: None) -> None:
    people = [bring_in("EU-DE") for _ in range(20)]
    for person in people:
        given(person)
    withdrawn: set[UUID] = set()
    stop = threading.Event()

    def withdraw_all() -> None:
        try:
            for person in people:
                say(person, "withdrawn", "recommendations")
                withdrawn.add(person)
        finally:
            stop.set()
            connections.close_all()

    thread = threading.Thread(target=withdraw_all)
    thread.start()
    while not stop.is_set():
        before = set(withdrawn)
        with zeal_context():
            (logged,) = ask_each(question=plain(), subject_ids=people, at=timezone.now())
        late = {one.subject_id for one in logged.answers if one.permitted} & before
        assert late == set()
    thread.join()
