"""A page of somebody who has said much reads no more than one of somebody who has said little."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from zeal import zeal_ignore

from consent.actions import importing
from consent.actions.importing import PastAct, PersonActs
from consent.acts import Act
from consent.models import ConsentEvent
from tests.cast import bring_in, given
from tests.portal.conftest import Browser, browser_of

pytestmark = pytest.mark.django_db

PAGES = ["/", "/uses", "/uses/recommendations", "/levels", "/joins", "/data", "/privacy-choices",
         "/requests", "/receipts"]  # fmt: skip
STATES = ["refused", "withdrawn", "objected", "limited"]


def said(count: int, email: str) -> Browser:
    """The browser of somebody who said `count` things over the years, and then Yes."""
    subject_id, now = bring_in("EU-DE"), timezone.now()
    acts = [
        PastAct(
            Act(state, "recommendations" if state in STATES[:2] else None),
            valid_from=now - timedelta(hours=count - number + 1),
        )
        for number, state in enumerate(STATES * (count // 4))
    ]
    with zeal_ignore():
        importing.import_events(people=[PersonActs(subject_id, acts)], by="tests", at=now)
    given(subject_id)
    assert ConsentEvent.objects.filter(subject_id=subject_id).count() == len(acts) + 1
    return browser_of(subject_id, email)


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The events that were read from the database, as they come."""
    read: list[UUID] = []
    original: Callable[..., ConsentEvent] = ConsentEvent.from_db

    def counted(*arguments: object) -> ConsentEvent:
        event = original(*arguments)
        read.append(event.pk)
        return event

    monkeypatch.setattr(ConsentEvent, "from_db", counted)
    return read


def test_pages_cost_the_same_after_12_and_after_2000_answers(
    catalogue: None, rows: list[UUID]
) -> None:
    few, many = said(12, "few@birds.example"), said(2000, "many@birds.example")
    for page in PAGES:
        few.get(page)  # Because the first visit fills what a process keeps.
        cost = []
        for browser in (few, many):
            rows.clear()
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(page).status_code == 200
            cost.append((len(queries), len(rows)))
        assert cost[1][0] <= cost[0][0], page
        assert cost[1][1] <= max(cost[0][1], 60), (page, cost)
