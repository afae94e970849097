"""What held on a date, for the person."""

import re
from datetime import timedelta
from uuid import UUID

import time_machine
from django.utils import timezone

from profiles.models import User
from tests.cast import say
from tests.portal.conftest import Browser


def row(page: str, name: str) -> str:
    """The row of one use."""
    rows = re.findall(r"<tr>.*?</tr>", page, re.S)
    return next(found for found in rows if name in found)


def test_a_day_shows_what_held_at_its_end(at_ada: Browser, ada: UUID) -> None:
    today = timezone.now()
    with time_machine.travel(today + timedelta(days=3)):
        say(ada, "withdrawn", "recommendations")
    with time_machine.travel(today + timedelta(days=5)):
        # Because a session ends after half an hour.
        at_ada.enter(User.objects.get(subject_id=ada))
        before = at_ada.get(f"/receipts/held?on={today.date()}").content.decode()
        after = at_ada.get(
            f"/receipts/held?on={(today + timedelta(days=4)).date()}"
        ).content.decode()

    assert 'data-s="allow"' in row(before, "Suggest products")
    assert 'data-s="stop"' in row(after, "Suggest products")


def test_a_day_before_us_says_so(at_ada: Browser) -> None:
    page = at_ada.get("/receipts/held?on=2001-01-01").content.decode()

    assert "was not kept" in page
    assert 'data-s="allow"' not in row(page, "Suggest products")


def test_a_day_that_is_none_is_explained(at_ada: Browser) -> None:
    for given in ("2999-01-01", "soon", "0001-01-01"):
        answer = at_ada.get("/receipts/held", {"on": given})
        assert answer.status_code == 200
        assert 'role="alert"' in answer.content.decode()


def test_the_page_asks_for_a_day_first(at_ada: Browser, nobody: Browser) -> None:
    assert "<table" not in at_ada.get("/receipts/held").content.decode()
    assert 'href="/receipts/held"' in at_ada.get("/receipts").content.decode()
    assert nobody.get("/receipts/held").status_code == 302
