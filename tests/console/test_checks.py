"""Verify: at once when the log is short, by a worker when it is long; always on record."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audit import actions
from audit import queries as audit
from audit.queries import Filters
from console import tasks
from console.actions import verifying
from console.queries.log import every
from console.views import checks
from tests.console.conftest import Browser


def some(count: int) -> None:
    for _ in range(count):
        actions.append(kind="use", at=timezone.now(), facts={"purpose": "sale"})


def verify(browser: Browser) -> str:
    """Presses the button; gives the page it leads to."""
    response = browser.post(reverse("console:verify"), follow=True)
    assert response.status_code == 200
    return response.content.decode()


def ends() -> list[dict[str, Any]]:
    return [event.facts for event in every(filters=Filters(kind="log.verified"))]


def test_a_sound_log_is_said_to_fit_with_root_and_time_of_signature(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    some(300)
    sequence()
    head = audit.latest_checkpoint()
    assert head is not None
    page = verify(desk)
    assert f"{head.size} of {head.size} entries fit." in page
    assert bytes(head.root).hex() in page
    assert "Signed" in page
    assert [(end["ok"], end["checked"]) for end in ends()] == [(True, head.size)]


def test_the_header_tells_on_each_page_what_the_last_check_found(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    some(3)
    sequence()
    assert "not checked yet" in desk.get(reverse("console:audit")).content.decode()
    verify(desk)
    page = desk.get(reverse("console:audit")).content.decode()
    assert "The log verifies:" in page
    assert "not checked yet" not in page


def test_a_changed_entry_is_named_by_its_place(
    desk: Browser, sequence: Callable[[], None], tamper: Callable[..., None]
) -> None:
    some(40)
    sequence()
    place = next(event.index for event in every(filters=Filters(kind="use"))) - 20
    tamper(
        "UPDATE audit_event SET body = replace(convert_from(body, 'UTF8'), 'sale', 'gift')::bytea"
        " WHERE id = (SELECT event_id FROM audit_leaf WHERE index = %s)",
        place,
    )
    page = verify(desk)
    assert f"The log does not fit at entry #{place}." in page
    assert [(end["ok"], end["first_bad"]) for end in ends()] == [(False, place)]
    assert f"does not fit at #{place}" in desk.get(reverse("console:today")).content.decode()


def test_a_log_whose_end_was_cut_off_does_not_fit(
    desk: Browser, sequence: Callable[[], None], tamper: Callable[..., None]
) -> None:
    some(30)
    sequence()
    tamper("DELETE FROM audit_leaf WHERE index > 20")
    assert "The log does not fit" in verify(desk)


def test_a_log_put_back_to_an_earlier_state_is_found_out_by_the_published_checkpoint(
    desk: Browser, sequence: Callable[[], None], tamper: Callable[..., None]
) -> None:
    some(10)
    sequence()
    early = audit.latest_checkpoint()
    assert early is not None
    some(10)
    sequence()
    for statement in (
        "DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_leaf WHERE index >= %s)",
        "DELETE FROM audit_leaf WHERE index >= %s",
        "DELETE FROM audit_checkpoint WHERE size > %s",
    ):
        tamper(statement, early.size)
    tamper("UPDATE audit_head SET size = %s, root = %s", early.size, bytes(early.root))
    page = verify(desk)
    assert "The log does not fit" in page
    assert "cut off" in page


def test_a_long_log_is_checked_by_a_worker(
    desk: Browser, sequence: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    some(5)
    sequence()
    rung: list[list[str]] = []
    monkeypatch.setattr(checks, "AT_ONCE", 2)
    monkeypatch.setattr(tasks.verify_log, "apply_async", lambda args, **_options: rung.append(args))
    page = verify(desk)
    assert "Waiting for a worker." in page
    assert 'http-equiv="refresh"' in page
    assert not ends()
    tasks.verify_log(*rung[0])
    run = UUID(rung[0][0])
    page = desk.get(reverse("console:check", args=[run])).content.decode()
    assert "entries fit." in page
    assert 'http-equiv="refresh"' not in page


def test_a_long_check_says_how_far_it_has_come(
    desk: Browser, sequence: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    some(5)
    sequence()
    monkeypatch.setattr("console.actions.verifying.SECONDS_BETWEEN_WORDS", 0)
    verify(desk)
    words = [event.facts["state"] for event in every(filters=Filters(kind="log.verifying"))]
    assert words == ["running", "waiting"]


def test_looking_at_a_running_check_leaves_no_entry(
    desk: Browser, sequence: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    some(5)
    sequence()
    monkeypatch.setattr(checks, "AT_ONCE", 2)
    monkeypatch.setattr(tasks.verify_log, "apply_async", lambda **_options: None)
    verify(desk)
    run = next(every(filters=Filters(kind="log.verifying"))).facts["run"]
    before = len(audit.events(filters=Filters(kind="console")))
    desk.get(reverse("console:check", args=[run]))
    assert len(audit.events(filters=Filters(kind="console"))) == before


def test_a_broker_that_is_down_is_said_and_changes_nothing(
    desk: Browser,
    sequence: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    nothing_listens: str,
) -> None:
    some(5)
    sequence()
    monkeypatch.setattr(checks, "AT_ONCE", 2)
    celery = tasks.verify_log.app
    monkeypatch.setattr(celery.amqp, "_producer_pool", None)
    monkeypatch.setitem(celery.conf, "broker_write_url", nothing_listens)
    page = verify(desk)
    assert "The check could not be carried out." in page
    assert "manage.py verify_log" in page


def test_a_log_that_waits_too_long_for_its_seal_is_shown_as_late(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    some(1)
    sequence()
    old = timezone.now() - timezone.timedelta(minutes=3)
    actions.append(kind="use", at=old, facts={})
    assert "waiting for a seal since" in desk.get(reverse("console:today")).content.decode()


@pytest.mark.django_db
def test_an_empty_log_has_a_check_too(desk: Browser) -> None:
    assert verify(desk)


@pytest.mark.django_db
def test_a_check_is_never_begun_by_following_a_link(desk: Browser) -> None:
    assert desk.get(reverse("console:verify")).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("run", [UUID(int=7), UUID(int=0), UUID(int=2**128 - 1)])
def test_a_check_that_never_was_is_not_found(desk: Browser, run: UUID) -> None:
    assert desk.get(reverse("console:check", args=[run])).status_code == 404


def test_the_last_check_is_found_again_whatever_was_written_since(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    some(2)
    sequence()
    verify(desk)
    for _ in range(3):
        some(1)
        assert "The log verifies:" in desk.get(reverse("console:today")).content.decode()
    verify(desk)
    assert len(ends()) == 2


def test_a_check_that_broke_off_does_not_hide_the_one_before(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    some(2)
    sequence()
    verify(desk)
    verifying.abandon(run=uuid4(), by=uuid4(), at=timezone.now())
    assert "The log verifies:" in desk.get(reverse("console:today")).content.decode()
