"""This browser and the account: asked before, shown in a table, undone with a press."""

import re
from collections.abc import Callable
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.core import mail, signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from zeal import zeal_context

from consent.actions import devices, joining
from consent.models import SubjectLink
from consent.queries import states
from portal import device_cookie, second_account
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


# A second account


OTHER = "ben@finch.example"


@pytest.fixture
def fresh_limits() -> None:
    cache.clear()


def mailed_code() -> str:
    found = re.search(r"^(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None
    return found[1]


def prove(browser: Browser, email: str = OTHER) -> HttpResponse:
    """Write the address of the other account, and the code that was mailed to it."""
    browser.post("/joins/account", {"email": email})
    return browser.post("/joins/account/code", {"code": mailed_code()}, follow=True)


@pytest.mark.usefixtures("fresh_limits")
def test_a_second_account_is_proved_shown_and_only_then_joined(
    at_ada: Browser, at_ben: Browser, ada: UUID, ben: UUID
) -> None:
    say(ben, "refused", "recommendations")
    page = prove(at_ada)
    assert mail.outbox[-1].to == [OTHER]
    assert "The other account" in page.content.decode()
    assert not SubjectLink.objects.exists() and may_suggest(ada)

    joined = yes(at_ada)
    link = SubjectLink.objects.get()
    assert (link.kind, link.by, link.evidence) == ("account", "portal", "mailed-code")
    assert {link.one_id, link.other_id} == {ada, ben}
    assert not may_suggest(ada)
    assert "Another account" in joined.content.decode()
    assert "Are both yours?" not in joined.content.decode()


@pytest.mark.usefixtures("fresh_limits")
def test_without_the_right_code_no_account_is_offered(
    at_ada: Browser, at_ben: Browser, ben: UUID
) -> None:
    at_ada.post("/joins/account", {"email": OTHER})
    wrong = f"{(int(mailed_code()) + 1) % 1_000_000:06d}"
    assert at_ada.post("/joins/account/code", {"code": wrong}).status_code == 422
    assert at_ada.get("/joins").context["preview"] is None
    assert at_ada.post("/joins/answer", {"decision": "yes", "kind": "account"}).status_code == 404


@pytest.mark.usefixtures("fresh_limits")
def test_a_code_for_joining_signs_nobody_in_and_the_other_way_round(
    at_ada: Browser, at_ben: Browser, nobody: Browser
) -> None:
    nobody.post("/sign-in", {"email": OTHER})
    at_ada.post("/joins/account", {"email": OTHER})
    assert nobody.post("/sign-in/code", {"code": mailed_code()}).status_code == 422
    nobody.post("/sign-in", {"email": OTHER})
    assert at_ada.post("/joins/account/code", {"code": mailed_code()}).status_code == 422


@pytest.mark.usefixtures("fresh_limits")
def test_an_unknown_address_is_answered_as_a_known_one(at_ada: Browser, at_ben: Browser) -> None:
    known = at_ada.post("/joins/account", {"email": OTHER}, follow=True)
    unknown = at_ada.post("/joins/account", {"email": "who@birds.example"}, follow=True)
    text = [page.content.decode() for page in (known, unknown)]
    assert _without_tokens(text[0], OTHER) == _without_tokens(text[1], "who@birds.example")
    assert not re.search(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE)


def _without_tokens(page: str, email: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", page).replace(email, "")


@pytest.mark.usefixtures("fresh_limits")
def test_a_proof_belongs_to_who_made_it_and_grows_old(
    at_ada: Browser, at_ben: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove(at_ada)
    assert at_ada.get("/joins").context["preview"] is not None
    monkeypatch.setattr(second_account, "proved", partial(_later, second_account.proved))
    assert at_ada.get("/joins").context["preview"] is None


def _later(proved: Callable[..., UUID | None], request: HttpRequest, me: UUID) -> UUID | None:
    by, other, until = request.session[second_account.PROVED]
    assert proved(request, uuid4()) is None
    request.session[second_account.PROVED] = [by, other, until - 15 * 60 - 1]
    return proved(request, me)


@pytest.mark.usefixtures("fresh_limits")
def test_a_no_ends_the_proof(at_ada: Browser, at_ben: Browser) -> None:
    prove(at_ada)
    at_ada.post("/joins/answer", {"decision": "no", "kind": "account"})
    assert at_ada.get("/joins").context["preview"] is None
    assert not SubjectLink.objects.exists()


@pytest.mark.usefixtures("fresh_limits")
def test_ones_own_account_is_not_a_second_one(at_ada: Browser, ada: UUID) -> None:
    page = prove(at_ada, "ada@lark.example")
    assert "That is the account you are signed in with." in page.content.decode()


# What ended


def test_ended_joins_stay_to_be_read(at_ada: Browser, ada: UUID, device: UUID) -> None:
    yes(at_ada)
    at_ada.post(f"/joins/{SubjectLink.objects.get().pk}/undo")
    page = at_ada.get("/joins").content.decode()
    assert "Joined earlier" in page
    assert "Taken apart in the privacy pages." in page


def test_an_officers_reason_is_shown(at_ada: Browser, ada: UUID, ben: UUID) -> None:
    with zeal_context():
        link = joining.join(one=ada, other=ben, kind="household", by="shop", at=timezone.now()).link
        joining.part(link=link.pk, by="officer", at=timezone.now(), reason="They moved apart.")
    page = at_ada.get("/joins").content.decode()
    assert "Taken apart by our privacy office: They moved apart." in page
    assert "Joined earlier" not in at_ada.get("/joins?page=2").content.decode()
