"""Where an answer has arrived, as the person reads it after a plain reload."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone
from zeal import zeal_ignore

from consent.actions import spreading
from consent.models import ConsentEvent
from profiles.models import User
from tests.cast import given
from tests.portal.conftest import Browser

WITHIN = r"Saved \d\d:\d\d:\d\d\. "


def html(response) -> str:
    return response.content.decode()


def spread() -> None:
    spreading.spread(at=timezone.now())


def line(browser: Browser, purpose: str) -> str:
    arrival = browser.get(f"/uses/{purpose}").context["card"].arrival
    return " ".join([arrival.line, *arrival.missing]) if arrival else ""


def test_after_a_no_the_page_says_how_far_it_has_come(at_ada: Browser) -> None:
    page = html(at_ada.press("recommendations", "no"))
    assert "Stopped in 1 of 3 so far" in page
    assert "Not confirmed yet: the suggestions." in page
    spread()
    page = html(at_ada.get("/uses"))
    assert "Stopped in 3 of 3, last at " in page
    assert "so far" not in page


def test_a_yes_is_known_and_not_stopped(at_ben: Browser) -> None:
    at_ben.press("recommendations", "yes")
    spread()
    assert "Known in 3 of 3, last at " in line(at_ben, "recommendations")


def test_a_partner_that_has_not_confirmed_is_named_with_the_time_it_ends(
    at_ada: Browser, ada: UUID
) -> None:
    given(ada, "targeted_ads")
    at_ada.press("targeted_ads", "no")
    spread()
    said = line(at_ada, "targeted_ads")
    assert "Stopped in 3 of 4 so far." in said
    assert "Northwind Advertising has not confirmed yet. It may use this until " in said
    with zeal_ignore(), time_machine.travel(timezone.now() + timedelta(minutes=11)):
        said = line(at_ada.enter(User.objects.get(subject=ada)), "targeted_ads")
    assert "What it was given before ended at " in said


def test_the_line_is_gone_after_a_day_unless_somebody_still_owes(
    at_ada: Browser, ada: UUID
) -> None:
    given(ada, "targeted_ads")
    at_ada.press("targeted_ads", "no")
    at_ada.press("recommendations", "no")
    spread()
    with zeal_ignore(), time_machine.travel(timezone.now() + timedelta(days=2)):
        at_ada.enter(User.objects.get(subject=ada))
        assert line(at_ada, "recommendations") == ""
        assert "Northwind" in line(at_ada, "targeted_ads")


@pytest.mark.parametrize(("language", "words"), [("en", "work that was waiting"), ("uk", "черзі")])
def test_the_receipt_lists_every_place(
    at_ada: Browser, ada: UUID, language: str, words: str
) -> None:
    at_ada.press("recommendations", "no")
    event = ConsentEvent.objects.filter(subject=ada).latest("recorded_at").pk
    page = html(at_ada.get(f"/receipts/{event}", headers={"Accept-Language": language}))
    assert page.count('data-s="done"') == 1 and page.count('data-s="waiting"') == 2
    assert words in page
