"""The opt-out links at the foot of each page: those of where the visitor is, and no others."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone

from consent.queries import law_links
from tests.cast import bring_in
from tests.portal.conftest import Browser, browser_of

CHOICES = "Your Privacy Choices"
DO_NOT_SELL = "Do Not Sell or Share My Personal Information"
LIMIT = "Limit the Use of My Sensitive Personal Information"
NAMED = (CHOICES, DO_NOT_SELL, LIMIT)


def foot(browser: Browser, path: str = "/privacy") -> str:
    page = browser.get(path).content.decode()
    return page[page.index("<footer") :]


def shown(browser: Browser, path: str = "/privacy") -> list[str]:
    end = foot(browser, path)
    return [name for name in NAMED if name in end]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (["EU-DE"], []),
        (["UK"], []),
        (["US-VA"], []),
        (["US-CO"], [DO_NOT_SELL]),
        (["US-CT"], [DO_NOT_SELL]),
        (["US-CA"], [CHOICES]),
        (["EU-DE", "US-CO"], [DO_NOT_SELL]),
        (["US-CO", "US-CA"], [CHOICES]),
        (["US-ZZ"], [CHOICES]),
        ([], [CHOICES]),
    ],
)
def test_each_person_sees_the_links_of_their_own_law(
    catalogue: None, places: list[str], expected: list[str]
) -> None:
    browser = browser_of(bring_in(*places, born=date(1990, 2, 2)), "pat@tern.example")
    assert shown(browser) == expected
    assert 'href="/uses"' in foot(browser)


@pytest.mark.parametrize("path", ["/", "/shop", "/privacy", "/nowhere"])
def test_somebody_unknown_sees_the_one_link_with_its_icon(nobody: Browser, path: str) -> None:
    assert shown(nobody, path) == [CHOICES]
    assert '<svg class="icon-choices"' in foot(nobody, path)


def test_the_one_link_leads_to_both_opt_outs(nobody: Browser) -> None:
    page = nobody.get("/privacy-choices").content.decode()
    main = page[: page.index("<footer")]
    assert 'href="/privacy-choices/do-not-sell"' in main
    assert 'href="/privacy-choices/limit"' in main


def test_where_no_state_can_be_read_all_is_offered(
    at_ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(at_ada) == []

    def gone(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr(law_links, "links_of", gone)
    assert shown(at_ada) == [CHOICES]


def test_of_a_person_without_a_state_any_law_may_hold(catalogue: None) -> None:
    assert law_links.links_of(uuid4(), at=timezone.now()) == law_links.OF_ANYBODY
