"""This browser and the account: asked before, shown in a table, undone with a press."""

from uuid import UUID

import pytest
from django.core import signing
from django.http import HttpResponse
from django.utils import timezone
from zeal import zeal_context

from consent.actions import devices
from consent.models import SubjectLink
from consent.queries import states
from portal import device_cookie
from tests.cast import say
from tests.portal.conftest import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(at_ada: Browser) -> UUID:
    """Somebody said No on Ada's browser before she signed in."""
    with zeal_context():
        found = devices.remember_signal(by="tests", at=timezone.now())
    say(found, "refused", "recommendations")
    signed = signing.Signer(salt="portal.device").sign(found.hex)
    at_ada.cookies[device_cookie.COOKIE] = signed
    return found


def yes(browser: Browser) -> HttpResponse:
    """Press Yes below the table as it stands now."""
    shown = browser.get("/joins").context["preview"].digest
    return browser.post("/joins/answer", {"decision": "yes", "shown": shown}, follow=True)


def may_suggest(subject_id: UUID) -> bool:
    shape = states.shape_content(states.read_state(subject_id).shape or b"")
    return bool(shape["purposes"]["recommendations"]["status"] == "Given")


def test_nothing_is_joined_by_looking_or_by_no(at_ada: Browser, ada: UUID, device: UUID) -> None:
    page = at_ada.get("/joins")
    at_ada.post("/joins/answer", {"decision": "no"}, follow=True)

    assert b"Are both yours?" in page.content
    assert "Suggest products" in page.content.decode()
    assert not SubjectLink.objects.exists()
    assert may_suggest(ada)


def test_a_yes_joins_and_a_press_takes_apart(at_ada: Browser, ada: UUID, device: UUID) -> None:
    joined = yes(at_ada)
    during = may_suggest(ada)
    link = SubjectLink.objects.get()
    at_ada.post(f"/joins/{link.pk}/undo", follow=True)

    assert b"Joined with your account" in joined.content
    assert not during and may_suggest(ada)


def test_nobody_undoes_the_join_of_another(at_ada: Browser, at_ben: Browser, device: UUID) -> None:
    yes(at_ada)
    link = SubjectLink.objects.get()

    assert at_ben.post(f"/joins/{link.pk}/undo").status_code == 404
    assert b"Nothing is joined" in at_ben.get("/joins").content


def test_what_was_not_shown_is_not_joined(at_ada: Browser, ada: UUID, device: UUID) -> None:
    shown = at_ada.get("/joins").context["preview"].digest
    say(device, "objected")
    page = at_ada.post("/joins/answer", {"decision": "yes", "shown": shown}, follow=True)

    assert b"Please look again" in page.content
    assert not SubjectLink.objects.exists()
