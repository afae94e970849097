"""The confirmation link: opening it changes nothing, a press does, and nobody signs in."""

from uuid import UUID

import pytest

from consent.actions import confirming
from consent.models import ConsentEvent
from tests.consent.test_confirming import may_mail, said_yes
from tests.portal.conftest import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(ben: UUID) -> str:
    return f"/confirm/{confirming.confirmation_token(said_yes(ben).pk)}"


def test_opening_the_link_changes_nothing(nobody: Browser, link: str, ben: UUID) -> None:
    page = nobody.get(link)

    assert page.status_code == 200
    assert b"One answer waits for you" in page.content
    assert not may_mail(ben).permitted


@pytest.mark.parametrize(("decision", "permitted"), [("yes", True), ("no", False)])
def test_a_press_answers_and_the_page_says_so(
    nobody: Browser, link: str, ben: UUID, decision: str, permitted: bool
) -> None:
    page = nobody.post(link, {"decision": decision}, follow=True)
    again = nobody.post(link, {"decision": "yes"}, follow=True)

    assert may_mail(ben).permitted is permitted
    expected = b"You have confirmed this" if permitted else b"nothing to confirm any more"
    assert expected in page.content and expected in again.content
    assert ConsentEvent.objects.filter(subject_id=ben).count() == 2


def test_a_cut_link_is_told_apart_without_saying_whose(nobody: Browser, link: str) -> None:
    page = nobody.get(link[:-3])

    assert page.status_code == 404
    assert b"not one of ours" in page.content
