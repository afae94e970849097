"""Where several brands share the service, people read that an objection counts for all."""

from uuid import UUID

import pytest

from consent.actions.stop_links import Scope
from tests.consent import brands
from tests.portal.conftest import Browser
from tests.portal.test_stop import link_for

ALL = "What you stop as a whole counts for every brand here: Deli House, Journey Market."
PLACES = ("/requests/new/objection", "/privacy-choices/do-not-sell", "/privacy-choices/limit")


def told(browser: Browser, path: str) -> bool:
    return ALL in browser.get(path).content.decode()


def test_it_is_said_before_the_press(at_ada: Browser, nobody: Browser, ada: UUID) -> None:
    path = link_for(ada)
    assert not any(told(at_ada, place) for place in (*PLACES, path))
    brands.load(brands.two_brands())
    assert [place for place in (*PLACES, path) if not told(at_ada, place)] == []
    assert told(nobody, PLACES[1])


def test_no_other_right_and_no_single_stop_speaks_of_brands(at_ada: Browser, ada: UUID) -> None:
    brands.load(brands.two_brands())
    assert not told(at_ada, "/requests/new/erasure")
    one = at_ada.post(link_for(ada), {"decision": "stop"}).content.decode()
    assert ALL not in one


@pytest.mark.parametrize("language", ["en", "uk"])
def test_it_is_said_after_all_advertising_was_stopped(
    at_ada: Browser, ada: UUID, language: str
) -> None:
    brands.load(brands.two_brands())
    path = link_for(ada, Scope())
    headers = {"Accept-Language": language}
    page = at_ada.post(path, {"decision": "stop"}, headers=headers).content.decode()
    assert "Deli House, Journey Market" in page
