"""Opening requests, and what officers and people may do with them."""

import socket
import time
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from celery import current_app
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import queries as log
from consent.actions.asking import ask
from consent.errors import ConsentRefused, SubjectErased, SubjectUnknown
from consent.queries import standings
from profiles import doorbell, rights
from profiles.actions import requests, steps
from profiles.errors import NotPossibleNow, RequestRefused, SecondPersonNeeded
from profiles.models import Request, RequestEvent, RequestStep
from profiles.queries import requests as queries
from tests.cast import question, say
from tests.profiles import acts
from tests.profiles.acts import opened, worked

pytestmark = pytest.mark.django_db


def logged(request: Request) -> list[str]:
    return [
        event.kind
        for event in reversed(log.events(limit=200))
        if event.facts.get("request") == request.public_id
    ]


@pytest.mark.parametrize(
    ("right", "state"),
    [
        ("copy", "collecting"),
        ("portability", "collecting"),
        ("correction", "reviewing"),
        ("erasure", "received"),
        ("restriction", "complete"),
        ("objection", "complete"),
        ("human_review", "reviewing"),
        ("complaint", "reviewing"),
    ],
)
def test_every_right_goes_its_way(ada: UUID, right: str, state: str) -> None:
    request = opened(ada, right)
    request.refresh_from_db()
    assert request.state == state
    assert (request.state in rights.FINAL) == (request.finished_at is not None)


def test_a_request_has_its_dates_its_history_and_its_place_in_the_log(ada: UUID) -> None:
    at = datetime(2026, 3, 5, 12, tzinfo=UTC)
    request = opened(ada, "correction", at=at, text="My birthday is the 14th.")
    assert (request.clock, request.due_strict, request.due_latest) == (
        "GDPR-DSR",
        date(2026, 4, 5),
        date(2026, 4, 7),
    )
    assert [event.kind for event in queries.history(request)] == [
        "request.opened",
        "request.reviewing",
    ]
    assert logged(request) == ["request.opened", "request.reviewing"]


def test_a_californian_has_forty_five_days(cleo: UUID) -> None:
    request = opened(cleo, "copy", at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert (request.clock, request.due_strict) == ("CCPA-ANSWER", date(2027, 1, 6))


def test_what_a_person_wrote_is_readable_only_with_their_key(ada: UUID) -> None:
    request = opened(ada, "complaint", text="The heron at the gate looked at me.")
    assert b"heron" not in bytes(request.note or b"")
    assert queries.note(request) == "The heron at the gate looked at me."


def test_pausing_takes_effect_with_the_request(ada: UUID) -> None:
    assert ask(question=question(ada), at=timezone.now()).permitted
    opened(ada, "restriction")
    assert not ask(question=question(ada), at=timezone.now()).permitted


def test_an_objection_may_name_its_purpose(ada: UUID) -> None:
    request = opened(ada, "objection", purpose="email_marketing")
    assert request.purpose == "email_marketing"
    asked = question(ada, "email", purpose="email_marketing")
    assert not ask(question=asked, at=timezone.now()).permitted


def test_a_purpose_nobody_knows_leaves_nothing_behind(ada: UUID) -> None:
    with pytest.raises(ConsentRefused) as refused, transaction.atomic():
        opened(ada, "objection", purpose="mind_reading")
    assert refused.value.code == "PURPOSE_UNKNOWN"
    assert not Request.objects.exists()


def test_asking_twice_is_one_request(ada: UUID) -> None:
    assert opened(ada, "copy").pk == opened(ada, "copy").pk
    assert opened(ada, "portability").pk != opened(ada, "copy").pk


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"right": "oblivion"}, "RIGHT_UNKNOWN"),
        ({"text": "x" * 5001}, "TEXT_NOT_ACCEPTED"),
        ({"text": "a\x00b"}, "TEXT_NOT_ACCEPTED"),
    ],
)
def test_what_cannot_be_received_says_what_to_do(
    ada: UUID, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(RequestRefused) as refused:
        opened(ada, **({"right": "complaint"} | changes))
    assert refused.value.code == code
    assert refused.value.fix


def test_nobody_has_no_requests(ada: UUID) -> None:
    with pytest.raises(SubjectUnknown):
        opened(UUID(int=7), "copy")


def test_another_company_must_show_that_it_is_the_person(ada: UUID) -> None:
    request = opened(ada, "erasure", by="northwind", undo=False)
    assert request.state == rights.VERIFYING
    assert ask(question=question(ada), at=timezone.now()).permitted
    acts.verify(request_id=request.pk, by="officer", at=timezone.now(), undo=False)
    request.refresh_from_db()
    assert request.state == rights.ACTING
    assert not ask(question=question(ada), at=timezone.now()).permitted


def test_what_only_restricts_needs_no_proof_of_who_asks(ada: UUID) -> None:
    assert opened(ada, "restriction", by="northwind").state == rights.COMPLETE


def test_an_erasure_takes_data_out_of_use_at_once_and_can_be_taken_back(ada: UUID) -> None:
    request = opened(ada, "erasure")
    assert not ask(question=question(ada), at=timezone.now()).permitted
    assert queries.progress(request).can_cancel
    assert request.undo_until is not None
    assert request.undo_until - request.received_at == timedelta(hours=24)
    acts.cancel(request_id=request.pk, by="portal", at=timezone.now())
    assert ask(question=question(ada), at=timezone.now()).permitted
    with pytest.raises(NotPossibleNow):
        acts.cancel(request_id=request.pk, by="portal", at=timezone.now())


def test_the_undo_window_ends_by_itself(ada: UUID) -> None:
    request = opened(ada, "erasure")
    assert acts.begin_due_erasures(at=timezone.now()) == 0
    assert acts.begin_due_erasures(at=timezone.now() + timedelta(hours=25)) == 1
    request.refresh_from_db()
    assert request.state == rights.ACTING


def test_the_undo_window_can_be_skipped_later(ada: UUID) -> None:
    request = opened(ada, "erasure")
    assert opened(ada, "erasure", undo=False).pk == request.pk
    request.refresh_from_db()
    assert request.state == rights.ACTING


def test_what_was_begun_cannot_be_taken_back(ada: UUID) -> None:
    request = opened(ada, "erasure", undo=False)
    steps.claim(request_id=request.pk, at=timezone.now())
    assert not queries.progress(request).can_cancel
    with pytest.raises(NotPossibleNow):
        acts.cancel(request_id=request.pk, by="portal", at=timezone.now())


def test_a_legal_hold_keeps_an_erasure_waiting_for_an_officer(ada: UUID) -> None:
    say(ada, "held")
    request = opened(ada, "erasure", undo=False)
    request.refresh_from_db()
    assert (request.state, request.reason_code) == (rights.REVIEWING, rights.LEGAL_HOLD)
    assert queries.consequences(ada, language="en", at=timezone.now()).on_hold
    with pytest.raises(NotPossibleNow):
        acts.resume(request_id=request.pk, by="officer", at=timezone.now())
    say(ada, "released")
    acts.resume(request_id=request.pk, by="officer", at=timezone.now())
    worked(request)
    assert request.state == rights.COMPLETE


def test_a_hold_that_comes_late_stops_what_is_left(ada: UUID) -> None:
    request = opened(ada, "erasure", undo=False)
    say(ada, "held")
    worked(request)
    assert (request.state, request.reason_code) == (rights.REVIEWING, rights.LEGAL_HOLD)
    assert not standings.standing_of(ada).erased


def test_a_refusal_needs_reason_route_and_two_officers(ada: UUID) -> None:
    request = opened(ada, "correction", text="I am twelve.")
    refusal = {
        "request_id": request.pk,
        "reason_code": "DATA_ACCURATE",
        "text": "Your papers say otherwise.",
        "route": "Berliner Beauftragte fuer Datenschutz",
        "by": "officer-1",
        "at": timezone.now(),
    }
    for change, code in (
        ({"reason_code": "WE_WOULD_RATHER_NOT"}, "REASON_UNKNOWN"),
        ({"route": " "}, "REFUSAL_INCOMPLETE"),
        ({"text": ""}, "REFUSAL_INCOMPLETE"),
    ):
        with pytest.raises(RequestRefused) as refused:
            requests.prepare_refusal(**(refusal | change))
        assert refused.value.code == code
    with pytest.raises(NotPossibleNow):
        requests.refuse(request_id=request.pk, by="officer-2", at=timezone.now())
    requests.prepare_refusal(**refusal)
    with pytest.raises(SecondPersonNeeded):
        requests.refuse(request_id=request.pk, by="officer-1", at=timezone.now())
    requests.refuse(request_id=request.pk, by="officer-2", at=timezone.now())
    request.refresh_from_db()
    shown = queries.progress(request)
    assert (shown.state, shown.reason_code) == (rights.REFUSED, "DATA_ACCURATE")
    assert shown.answer == queries.Answer(
        "Your papers say otherwise.", "Berliner Beauftragte fuer Datenschutz"
    )


def test_the_database_itself_refuses_a_refusal_without_a_reason(ada: UUID) -> None:
    request = opened(ada, "correction")
    with pytest.raises(DatabaseError), transaction.atomic():
        Request.objects.filter(pk=request.pk).update(
            state=rights.REFUSED, finished_at=timezone.now(), reason_code=""
        )


def test_an_officer_completes_what_needs_a_person(ada: UUID) -> None:
    request = opened(ada, "human_review")
    requests.complete_by_officer(
        request_id=request.pk, text="We looked again.", by="officer", at=timezone.now()
    )
    request.refresh_from_db()
    assert queries.progress(request).answer == queries.Answer("We looked again.", "")
    with pytest.raises(NotPossibleNow):
        requests.complete_by_officer(
            request_id=opened(ada, "copy").pk, text="Done.", by="officer", at=timezone.now()
        )


def test_history_cannot_be_rewritten(ada: UUID) -> None:
    request = opened(ada, "copy")
    for act in (
        lambda: RequestEvent.objects.filter(request=request).update(by="nobody"),
        lambda: RequestEvent.objects.filter(request=request).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_nothing_can_be_asked_of_the_erased(ada: UUID) -> None:
    request = opened(ada, "erasure", undo=False)
    worked(request)
    with pytest.raises(SubjectErased):
        opened(ada, "copy")


def test_a_broker_that_is_down_fails_nobody(ada: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
    request = opened(ada, "copy")
    doorbell.ring(request.pk)
    started = time.monotonic()
    assert doorbell.ring(request.pk) is False
    assert time.monotonic() - started < 2
    assert queries.waiting_for_a_worker() == [request.pk]


def test_a_broker_that_is_up_takes_the_ring(ada: UUID) -> None:
    assert doorbell.ring(opened(ada, "copy").pk) is True


def test_a_step_belongs_to_one_worker_until_its_lease_ends(ada: UUID) -> None:
    request = opened(ada, "copy")
    first = steps.claim(request_id=request.pk, at=timezone.now())
    assert first is not None
    assert steps.claim(request_id=request.pk, at=timezone.now()) is None
    assert queries.waiting_for_a_worker() == []
    RequestStep.objects.filter(pk=first.step.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert queries.waiting_for_a_worker() == [request.pk]
    second = steps.claim(request_id=request.pk, at=timezone.now())
    assert second is not None
    assert second.step.attempts == 2
    with pytest.raises(steps.LeaseLost):
        steps.finish(first, rows=1, result={}, at=timezone.now())
    steps.finish(second, rows=1, result={}, at=timezone.now())


def test_a_step_that_keeps_failing_goes_to_an_officer_and_can_be_resumed(
    ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("ada@lark.example is in the way")

    request = opened(ada, "copy")
    with monkeypatch.context() as patched:
        patched.setattr("profiles.actions.exporting.collect", fail)
        for _ in range(steps.LARGEST_ATTEMPTS):
            RequestStep.objects.filter(request=request).update(not_before=None)
            worked(request)
    shown = queries.progress(request)
    assert (shown.state, shown.reason_code) == (rights.REVIEWING, rights.STEP_FAILED)
    assert shown.steps[0].error_code == "OSError"
    acts.resume(request_id=request.pk, by="officer", at=timezone.now())
    worked(request)
    assert request.state == rights.COMPLETE


def test_requests_are_found_by_their_public_form_and_only_by_their_person(
    ada: UUID, ben: UUID
) -> None:
    request = opened(ada, "copy")
    assert queries.find(request.public_id) == request
    assert queries.find(request.public_id, subject_id=ada) == request
    assert queries.find(request.public_id, subject_id=ben) is None
    assert queries.find("req_nonsense") is None
    assert queries.requests_of(ada) == [request]


def test_the_inbox_is_sorted_by_due_date_and_counts(ada: UUID, cleo: UUID) -> None:
    at = timezone.now()
    late = opened(ada, "correction", at=at - timedelta(days=60))
    copy = opened(cleo, "copy", at=at)
    assert queries.inbox() == [late, copy]
    assert queries.inbox(limit=1, after=(late.due_strict, late.pk)) == [copy]
    assert queries.inbox(filters=queries.InboxFilters(right="copy")) == [copy]
    assert queries.inbox(filters=queries.InboxFilters(for_a_person=True)) == [late]
    assert queries.inbox(filters=queries.InboxFilters(overdue_on=at.date())) == [late]
    assert queries.inbox()[1].steps_total == len(queries.progress(copy).steps)
    found = queries.counts(today=at.date())
    assert (found.open, found.overdue, found.waiting, found.broken) == (2, 1, 1, 0)
    assert late.is_overdue(at.date())


def test_no_request_entry_of_the_log_carries_a_tag(ada: UUID) -> None:
    request = opened(ada, "copy")
    events = [one for one in log.events(limit=50) if one.kind.startswith("request.")]
    assert events
    assert all(event.tag is None for event in events)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM profiles_requestevent")
        assert cursor.fetchone()[0] == len(queries.history(request))
