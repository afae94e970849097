"""The header of every page tells what the watch found, and its page says what exactly."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from audit import actions, probing, rounds, watching
from console.queries.integrity import integrity
from tests.console.conftest import Browser


def page(browser: Browser, name: str = "watch") -> str:
    response = browser.get(reverse(f"console:{name}"))
    assert response.status_code == 200
    return response.content.decode()


def test_the_header_says_that_the_log_verifies_and_when_it_was_checked(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    actions.append(kind="use", at=timezone.now(), facts={})
    sequence()
    now = timezone.now()
    rounds.step(at=now - timedelta(minutes=4))
    sequence()
    shown = page(desk, "today")
    assert "The log verifies:" in shown
    assert "checked 4 minutes ago" in shown
    # Because each probe looks its own row up.
    with zeal_ignore():
        probing.step(at=now)
        sequence()
        probing.step(at=now)
    shown = page(desk)
    assert "Everything up to the latest signed head fits." in shown
    assert "its proof holds" in shown
    sequence()
    assert integrity(at=now + timedelta(minutes=11)).state == "silent"


def test_a_bad_entry_is_an_alarm_on_each_page_with_a_link_to_it(
    desk: Browser, sequence: Callable[[], None], tamper: Callable[..., None]
) -> None:
    event = [actions.append(kind="use", at=timezone.now(), facts={}) for _ in range(9)][4]
    sequence()
    tamper(
        "UPDATE audit_event SET body = set_byte(body, 12, get_byte(body, 12) # 1) WHERE id = %s",
        event,
    )
    rounds.step(at=timezone.now())
    place = integrity(at=timezone.now()).first_bad
    for name in ("today", "audit", "partners"):
        assert f"✕</span> The log does not fit at #{place}" in page(desk, name)
    assert reverse("console:event", args=[event]) in page(desk)


@pytest.mark.django_db
def test_what_does_not_match_is_named_by_ids(desk: Browser) -> None:
    row, entry = str(uuid4()), str(uuid4())
    found = [{"what": "NO_ENTRY", "row": row, "entry": entry}]
    facts = {"compared": 7, "done": True, "found": found, "whole": {"found": found}}
    assert "Nothing was compared yet." in page(desk)
    watching.keep("reconcile.permits", at=timezone.now(), facts=facts)
    assert "✕</span> Records and log do not match" in page(desk, "today")
    shown = page(desk)
    assert row in shown
    assert entry in shown
    assert "This row names an entry that is not in the log." in shown


def test_before_it_has_begun_nothing_is_claimed(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    sequence()
    assert "not checked yet" in page(desk)
    watching.keep(
        "verification", at=timezone.now(), facts={"state": "running", "checked": 5, "of": 9}
    )
    assert "The log is being checked: 5 of" in page(desk)
