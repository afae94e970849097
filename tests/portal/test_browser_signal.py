"""Global Privacy Control: on which header, for whom, how often, and how the page says so."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from django.core.cache import cache
from django.utils import timezone
from zeal import zeal_context

from consent import rulings
from consent.actions import asking
from consent.models import ConsentEvent, Subject
from consent.queries import catalogue as catalogues
from consent.queries import states
from consent.questions import Question
from portal import device_cookie
from tests.cast import bring_in, say
from tests.portal.conftest import Browser, browser_of

ON = {"Sec-GPC": "1"}
STATUS = "Opt-Out Request Honored"
COOKIE = device_cookie.COOKIE


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    cache.clear()


def events(subject_id: UUID) -> list[tuple[str, str, str]]:
    found = ConsentEvent.objects.filter(subject=subject_id).order_by("recorded_at")
    return list(found.values_list("state", "method", "actor"))


def device_of(browser: Browser) -> UUID:
    return UUID(device_cookie._signer.unsign(browser.cookies[COOKIE].value))


def permitted(subject_id: UUID, purpose: str) -> bool:
    catalogue = catalogues.catalogue()
    asked = Question(
        subject_id=subject_id,
        purpose=purpose,
        attributes=tuple(sorted(catalogue.purposes[purpose].attributes)),
        recipient="shop",
    )
    with zeal_context():
        return asking.ask(question=asked, at=timezone.now()).permitted


@pytest.mark.parametrize("value", ["1", "1,0", "0, 1", "1, 1", "0,0,1"])
def test_exactly_one_in_any_of_the_headers_is_the_signal(nobody: Browser, value: str) -> None:
    page = nobody.get("/", headers={"Sec-GPC": value})
    assert STATUS in page.content.decode()
    assert events(device_of(nobody)) == [("signal_on", "signal", "browser")]


@pytest.mark.parametrize("value", ["", "0", "true", "1x", "11", "0,0", "yes", "1;q=1", "one"])
def test_anything_else_is_no_signal(nobody: Browser, value: str) -> None:
    page = nobody.get("/", headers={"Sec-GPC": value})
    assert STATUS not in page.content.decode()
    assert COOKIE not in nobody.cookies
    assert not ConsentEvent.objects.exists()


def test_a_device_is_opted_out_once_and_nothing_else_is_kept_of_it(nobody: Browser) -> None:
    for path in ("/", "/privacy", "/shop", "/privacy-choices"):
        assert STATUS in nobody.get(path, headers=ON).content.decode(), path
    device = Subject.objects.get()
    assert (device.pk, device.status) == (device_of(nobody), "pseudonymous")
    assert device.jurisdictions == ["UNKNOWN"] and device.birth_month is None
    assert len(events(device.pk)) == 1
    cookie = nobody.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert set(nobody.cookies) <= {COOKIE, "csrftoken"}


def test_the_absence_of_the_signal_is_no_opt_in(nobody: Browser) -> None:
    nobody.get("/", headers=ON)
    later = nobody.get("/shop")
    assert STATUS in later.content.decode()
    assert len(events(device_of(nobody))) == 1
    assert states.shape_content(states.read_state(device_of(nobody)).shape or b"")["gpc"]


def test_the_signal_of_the_device_is_carried_over_to_the_account(cleo: UUID) -> None:
    assert permitted(cleo, "sale") and permitted(cleo, "targeted_ads")
    browser = Browser()
    browser.get("/", headers=ON)
    browser.enter(browser_of(cleo, "cleo@wren.example").get("/").wsgi_request.user)
    # Because the opt-out was made before the sign-in, the header is not needed any more.
    assert STATUS in browser.get("/uses").content.decode()
    assert events(cleo) == [("signal_on", "signal", "browser")]
    assert not permitted(cleo, "sale") and not permitted(cleo, "targeted_ads")
    assert permitted(cleo, "recommendations")


def test_every_page_of_the_account_carries_it_even_the_shop(at_cleo: Browser, cleo: UUID) -> None:
    at_cleo.get("/shop", headers=ON)
    at_cleo.get("/privacy", headers=ON)
    assert len(events(cleo)) == 1
    elsewhere = Browser().enter(at_cleo.get("/").wsgi_request.user)
    assert "A browser of yours asked us" in elsewhere.get("/").content.decode()


def test_the_signal_opens_no_question_and_no_dialog(nobody: Browser) -> None:
    page = nobody.get("/privacy-choices", headers=ON).content.decode()
    status = page.split("data-opt-out-status")[1].split("</p>")[0]
    assert not any(word in page for word in ("<dialog", 'role="dialog"', 'role="alert"'))
    assert not any(word in status for word in ("<button", "<form", "<input"))


def test_a_forged_cookie_names_no_device(nobody: Browser, ben: UUID) -> None:
    nobody.cookies[COOKIE] = f"{ben.hex}:forged"
    assert STATUS not in nobody.get("/").content.decode()
    nobody.cookies[COOKIE] = device_cookie._signer.sign("not a number")
    assert STATUS not in nobody.get("/").content.decode()


def test_a_visitor_without_cookies_makes_few_devices(nobody: Browser, monkeypatch) -> None:
    monkeypatch.setattr(device_cookie, "PER_VISITOR", 2)
    for _ in range(4):
        nobody.cookies.clear()
        assert STATUS in nobody.get("/", headers=ON).content.decode()
    assert Subject.objects.count() == 2


def test_machines_and_faults_make_no_device(nobody: Browser) -> None:
    for path in ("/healthz", "/.well-known/gpc.json", "/v1/openapi.json", "/console/sign-in",
                 "/nowhere"):  # fmt: skip
        nobody.get(path, headers=ON)
    assert not Subject.objects.exists()
    assert STATUS in nobody.get("/nowhere", headers=ON).content.decode()


def test_the_status_is_readable_by_that_browser(nobody: Browser, at_ben: Browser) -> None:
    nothing = nobody.get("/privacy-choices/status").json()
    assert nothing == {"gpc": False, "honoured": False, "status": None, "applies_to": [],
                       "since": None}  # fmt: skip
    first = nobody.get("/privacy-choices/status", headers=ON).json()
    assert first["honoured"] and first["applies_to"] == ["request"]
    nobody.get("/", headers=ON)
    known = nobody.get("/privacy-choices/status").json()
    assert (known["gpc"], known["honoured"], known["status"]) == (False, True, STATUS)
    assert known["applies_to"] == ["browser"] and known["since"]
    at_ben.get("/", headers=ON)
    assert at_ben.get("/privacy-choices/status").json()["applies_to"] == ["account", "browser"]


def test_a_later_opt_in_in_two_steps_stands_although_the_signal_goes_on(
    at_cleo: Browser, cleo: UUID
) -> None:
    at_cleo.get("/", headers=ON)
    first = at_cleo.press("targeted_ads", "yes")
    assert first.status_code == 200 and not permitted(cleo, "targeted_ads")
    at_cleo.press("targeted_ads", "yes", confirmed="yes")
    at_cleo.get("/uses", headers=ON)
    assert permitted(cleo, "targeted_ads") and not permitted(cleo, "sale")


@pytest.fixture
def statutory_only(settings) -> Iterator[None]:
    """The operator's switch is on; what processes remember under it goes with the test."""
    settings.GPC_STATUTORY_ONLY = True
    for kept in (catalogues._kept, asking._outcomes_kept, asking._verdicts_kept):
        kept.clear()
    yield
    for kept in (catalogues._kept, asking._outcomes_kept, asking._verdicts_kept):
        kept.clear()


@pytest.mark.parametrize(("place", "heard"), [("US-CA", True), ("US-VA", False)])
def test_the_operator_may_honour_it_only_where_a_statute_says_so(
    catalogue: None, statutory_only: None, place: str, heard: bool
) -> None:
    person = bring_in(place)
    say(person, "signal_on")
    assert permitted(person, "sale") is not heard


def test_it_is_honoured_everywhere_unless_the_operator_says_otherwise(catalogue: None) -> None:
    person = bring_in("US-VA")
    assert permitted(person, "sale")
    say(person, "signal_on")
    assert not permitted(person, "sale")


def test_a_verdict_depends_on_the_switch(catalogue: None) -> None:
    found = catalogues.catalogue()
    question = Question(None, "sale", ("purchases",), "shop")
    keys = [
        rulings.verdict_key(question=question, catalogue=each, shape=b"s", at=timezone.now())
        for each in (found, replace(found, signal_statutory_only=True))
    ]
    assert keys[0] != keys[1]
