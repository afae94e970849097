"""Retention of the log in the console: two officers, or nothing goes."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from audit import actions, months, pruning, queries
from audit.models import Event, Prune
from tests.console.conftest import Browser

OLD = datetime(2015, 3, 9, tzinfo=UTC)


@pytest.fixture
def old(committed: None, sequence: Callable[[], None]) -> None:
    """An old month with entries of two kinds."""
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions('2015-03-01', 1)")
    for kind in ("use", "consent.given"):
        actions.append(kind=kind, at=OLD, facts={"purpose": "sale"})
    sequence()


def page(browser: Browser) -> str:
    return browser.get(reverse("console:months")).content.decode()


def propose(browser: Browser, **typed: str) -> str:
    sent = {"month": "2015-03-01", "reason": "Its time is over."} | typed
    response = browser.post(reverse("console:month-propose"), sent, follow=True)
    return response.content.decode()


def press(browser: Browser, action: str) -> str:
    # Because each press is a request of its own.
    with zeal_ignore():
        prune = Prune.objects.latest("proposed_at")
    address = reverse(f"console:month-{action}", args=[prune.id])
    return browser.post(address, follow=True).content.decode()


def test_two_officers_let_a_month_go(
    old: None, desk: Browser, colleague: Browser, sequence: Callable[[], None]
) -> None:
    assert "may be proposed" in page(desk)
    assert "Another officer must approve it before anything goes." in propose(desk)
    assert "You proposed this." in page(desk)
    assert "Let it go" not in page(desk)
    assert "You proposed this. Another officer must approve it." in press(desk, "approve")
    assert not months.approved()
    assert "Let it go" in page(colleague)
    assert "Approved." in press(colleague, "approve")
    (approved,) = months.approved()
    assert approved.month == date(2015, 3, 1)
    assert Event.objects.filter(at=OLD).count() == 2
    assert pruning.prune(approved=approved, at=timezone.now()) == 2
    sequence()
    shown = page(desk)
    assert "Months that went" in shown
    (event,) = queries.events(filters=queries.Filters(kind="log.pruned"))
    assert str(event.id) in shown
    entry = desk.get(reverse("console:event", args=[event.id])).content.decode()
    assert "A month of the log went after its retention" in entry


def test_either_officer_keeps_a_month(old: None, desk: Browser, colleague: Browser) -> None:
    propose(desk)
    press(colleague, "approve")
    assert "Stopped. The month stays." in press(desk, "reject")
    assert not months.approved()
    assert "moved on" in press(colleague, "approve")


@pytest.mark.parametrize("reason", ["", "ann@lark.example asked", "customer 123456"])
def test_a_reason_is_given_and_names_nobody(old: None, desk: Browser, reason: str) -> None:
    assert 'class="error"' in propose(desk, reason=reason)
    assert not Prune.objects.exists()


def test_a_month_that_must_stay_is_refused(old: None, desk: Browser) -> None:
    this_month = f"{timezone.now():%Y-%m-01}"
    assert "This month must stay for now." in propose(desk, month=this_month)
    shown = page(desk)
    assert "it is not over" in shown
    assert not Prune.objects.exists()


@pytest.mark.django_db
def test_a_customer_finds_no_such_page(customer: Browser) -> None:
    assert customer.get(reverse("console:months")).status_code == 404
    assert customer.post(reverse("console:month-propose")).status_code == 404
