"""The door: the same for known and unknown addresses, and for nobody else's code."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from zeal import zeal_ignore

from consent.models import ConsentEvent
from portal import outbox, sign_in_limits, typed_address
from tests.portal.conftest import Browser

ADA = "ada@lark.example"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def ask(browser: Browser, email: str):
    return browser.post("/sign-in", {"email": email, "next": "/uses"})


def mailed_code() -> str:
    found = re.search(r"^(\d{6})$", str(mail.outbox[-1].body), re.M)
    assert found
    return found.group(1)


def test_the_mailed_code_signs_in_once(at_ada: Browser, nobody: Browser) -> None:
    answer = ask(nobody, ADA)
    assert answer.status_code == 302 and answer["Location"] == "/sign-in/code?next=%2Fuses"
    code = mailed_code()
    answer = nobody.post("/sign-in/code", {"code": f" {code[:3]} {code[3:]} ", "next": "/uses"})
    assert (answer.status_code, answer["Location"]) == (302, "/uses")
    assert nobody.get("/uses").status_code == 200
    again = Browser()
    ask(again, ADA)
    assert again.post("/sign-in/code", {"code": code}).status_code == 422


def test_an_unknown_address_gets_the_same_answer(at_ada: Browser, nobody: Browser) -> None:
    pages = []
    for email in (ADA, "nobody@gull.example"):
        browser = Browser()
        answer = ask(browser, email)
        page = browser.get(answer["Location"]).content.decode().replace(email, "X")
        pages.append((answer.status_code, answer["Location"], _without_tokens(page)))
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 2
    assert not re.search(r"\d{6}", str(mail.outbox[1].body))


def _without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_wrong_code_says_what_to_do_and_signs_nobody_in(at_ada: Browser, nobody: Browser) -> None:
    ask(nobody, ADA)
    wrong = f"{(int(mailed_code()) + 1) % 1_000_000:06d}"
    answer = nobody.post("/sign-in/code", {"code": wrong})
    assert answer.status_code == 422
    assert "That code does not match" in answer.content.decode()
    assert nobody.get("/uses").status_code == 302


def test_five_wrong_codes_end_the_right_one(at_ada: Browser, nobody: Browser) -> None:
    ask(nobody, ADA)
    right = mailed_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        nobody.post("/sign-in/code", {"code": wrong})
    assert nobody.post("/sign-in/code", {"code": right}).status_code == 422


def test_what_is_no_code_is_told_apart(nobody: Browser) -> None:
    ask(nobody, ADA)
    for typed in ("", "12345", "1234567", "abcdef", "\x00" * 6, "٣" * 6):
        assert nobody.post("/sign-in/code", {"code": typed}).status_code == 422


@pytest.mark.parametrize(
    "typed", ["", "ada", "ada@", "a" * 300 + "@lark.example", "a\x00@b.example"]
)
def test_what_is_no_address_is_told_apart(nobody: Browser, typed: str) -> None:
    answer = nobody.post("/sign-in", {"email": typed})
    assert answer.status_code == 422
    assert not mail.outbox


def test_too_many_codes_stop(nobody: Browser) -> None:
    for _ in range(sign_in_limits.PER_ADDRESS):
        assert ask(nobody, ADA).status_code == 302
    answer = ask(nobody, ADA)
    assert answer.status_code == 429
    assert "Too many codes" in answer.content.decode()
    assert len(mail.outbox) == sign_in_limits.PER_ADDRESS
    assert ask(nobody, "ben@finch.example").status_code == 302


def test_the_address_is_kept_nowhere_but_encrypted_in_the_browser(nobody: Browser) -> None:
    ask(nobody, ADA)
    cookie = nobody.cookies["sign_in"]
    assert "ada" not in cookie.value and cookie["httponly"] and cookie["path"] == "/sign-in"
    assert typed_address.unclose(cookie.value) == ADA
    assert typed_address.unclose(cookie.value[:-4] + "AAAA") is None
    assert typed_address.unclose("ä") is None
    assert not any(ADA in str(session.get_decoded()) for session in Session.objects.all())


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x"]
)
def test_nobody_is_led_away_after_signing_in(at_ada: Browser, nobody: Browser, back: str) -> None:
    ask(nobody, ADA)
    answer = nobody.post("/sign-in/code", {"code": mailed_code(), "next": back})
    assert answer["Location"] == "/"


def test_an_answer_after_the_session_is_not_recorded_and_says_so(nobody: Browser) -> None:
    answer = nobody.post("/uses/recommendations/answer", {"decision": "yes"}, follow=True)
    assert "Your answer was not sent" in answer.content.decode()
    assert not ConsentEvent.objects.exists()


def test_signing_out_ends_it(at_ada: Browser) -> None:
    assert at_ada.get("/sign-out").status_code == 405
    # Because Django looks a session up again before it deletes it.
    with zeal_ignore():
        at_ada.post("/sign-out")
    assert at_ada.get("/data").status_code == 302


def test_own_pages_are_never_cached(at_ada: Browser) -> None:
    for path in ("/", "/uses", "/data", "/activity", "/receipts", "/requests", "/shop"):
        assert "no-store" in at_ada.get(path)["Cache-Control"]


def test_the_outbox_shows_the_newest_code_first(nobody: Browser, settings, tmp_path: Path) -> None:
    settings.MAIL_OUTBOX_PAGE = True
    settings.MAIL_DIR = tmp_path
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert outbox.letters() == []
    cache.clear()
    ask(nobody, "first@gull.example")
    ask(nobody, "second@gull.example")
    page = nobody.get("/dev/mail").content.decode()
    assert page.index("second@gull.example") < page.index("first@gull.example")


def test_production_has_no_outbox(nobody: Browser, settings) -> None:
    settings.MAIL_OUTBOX_PAGE = False
    assert nobody.get("/dev/mail").status_code == 404


def test_an_officer_is_no_customer(nobody: Browser, db: None) -> None:
    assert settings.LOGIN_URL == "portal:sign-in"
    assert nobody.get("/data").status_code == 302


def test_the_signal_of_the_browser_is_kept_once(at_ben: Browser, ben: UUID) -> None:
    for _ in range(3):
        page = at_ben.get("/uses", headers={"Sec-GPC": "1"}).content.decode()
        assert "Global Privacy Control" in page
    states = ConsentEvent.objects.filter(subject=ben).values_list("state", "method", "actor")
    assert list(states) == [("signal_on", "signal", "browser")]
    later = Browser().enter(at_ben.get("/").wsgi_request.user)
    later.get("/uses", headers={"Sec-GPC": "1, 0"})
    assert ConsentEvent.objects.filter(subject=ben).count() == 1


def test_other_values_are_no_signal(at_ben: Browser, ben: UUID) -> None:
    for value in ("0", "", "true", "1x", "11"):
        page = at_ben.get("/uses", headers={"Sec-GPC": value}).content.decode()
        assert "Global Privacy Control" not in page
    assert not ConsentEvent.objects.filter(subject=ben).exists()
