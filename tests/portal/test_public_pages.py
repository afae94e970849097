"""What everybody may see: the links the law wants, the errors, and what no page may carry."""

import json
import re
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from consent.models import ConsentEvent
from consent.queries import states
from portal.views import errors
from tests.portal.conftest import Browser

PUBLIC = (
    "/",
    "/sign-in",
    "/privacy",
    "/contact",
    "/privacy-choices",
    "/privacy-choices/do-not-sell",
    "/privacy-choices/limit",
    "/shop",
    "/nowhere",
)
OWN = ("/uses", "/uses/recommendations", "/activity", "/data", "/requests", "/receipts",
       "/requests/new/erasure", "/requests/new/objection", "/data/purchases/produce")  # fmt: skip
LINKS = (
    "Your Privacy Choices",
    "All uses, one by one",
    "Privacy notice",
)
HEAVIEST = 60_000
BANNED = ("improve your experience", "trusted partners", "may share", "legitimate business",
          "we value your privacy", "don't miss", "are you sure", "only today")  # fmt: skip


def html(response) -> str:
    return response.content.decode()


def test_the_links_of_the_law_stand_on_every_page(nobody: Browser) -> None:
    for path in PUBLIC:
        page = html(nobody.get(path))
        assert [link for link in LINKS if link not in page] == [], path


@pytest.mark.parametrize("language", ["en", "uk"])
def test_no_page_carries_code_or_styles_of_its_own(
    at_ada: Browser, nobody: Browser, language: str
) -> None:
    for browser, paths in ((nobody, PUBLIC), (at_ada, OWN)):
        for path in paths:
            answer = browser.get(path, headers={"Accept-Language": language})
            page = html(answer)
            inline = r"\sstyle=|<style|\son\w+=|javascript:|<script(?![^>]*\ssrc=)"
            assert not re.search(inline, page), path
            policy = answer["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy
            assert len(answer.content) < HEAVIEST, path
            assert re.findall(r"(?:src|href|action)=\"https?://", page) == [], path
            assert page.count("<h1") == 1 and f'<html lang="{language}"' in page, path
            assert not any(phrase in page.lower() for phrase in BANNED), path


def test_the_opt_out_needs_no_account_and_says_the_same_to_all(
    at_cleo: Browser, cleo: UUID
) -> None:
    pages = []
    for email in ("cleo@wren.example", "nobody@gull.example"):
        browser = Browser()
        page = html(browser.post("/privacy-choices/do-not-sell", {"email": email}, follow=True))
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert pages[0] == pages[1]
    shape = states.read_state(cleo).shape
    assert shape and "sale_share" in states.shape_content(shape)["optouts"]
    assert ConsentEvent.objects.count() == 1


def test_the_opt_out_of_somebody_signed_in_takes_one_press_and_is_kept_once(
    at_cleo: Browser, cleo: UUID
) -> None:
    for _ in range(2):
        page = html(at_cleo.post("/privacy-choices/do-not-sell", follow=True))
        assert "This stands already" in page
    assert ConsentEvent.objects.filter(subject=cleo, state="opted_out").count() == 1
    at_cleo.post("/privacy-choices/limit")
    shape = states.read_state(cleo).shape
    assert shape and "limit_spi" in states.shape_content(shape)["optouts"]


def test_what_is_no_address_opts_nobody_out(nobody: Browser) -> None:
    assert nobody.post("/privacy-choices/limit", {"email": "x"}).status_code == 422


def test_the_support_of_the_signal_is_declared(nobody: Browser) -> None:
    answer = nobody.get("/.well-known/gpc.json")
    assert json.loads(answer.content)["gpc"] is True
    assert answer["Content-Type"].startswith("application/json")


def test_the_language_is_kept_and_the_page_too(nobody: Browser) -> None:
    answer = nobody.post("/language", {"language": "uk", "next": "/privacy"})
    assert answer["Location"] == "/privacy"
    assert '<html lang="uk">' in html(nobody.get("/privacy"))


def test_a_form_from_elsewhere_is_refused_calmly(at_ada: Browser) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in", {"email": "ada@lark.example"})
    assert answer.status_code == 403
    assert "Please press once more" in html(answer)


@pytest.mark.parametrize(
    ("view", "status"),
    [(errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404),
     (errors.failed, 500)],
)  # fmt: skip
def test_error_pages_keep_the_links(rf: RequestFactory, catalogue: None, view, status) -> None:
    request = rf.get("/x")
    request.user = Client().get("/privacy").wsgi_request.user
    answer = view(request)
    assert answer.status_code == status
    assert all(link in html(answer) for link in LINKS)


def test_the_error_page_asks_the_database_nothing(
    rf: RequestFactory, django_assert_num_queries
) -> None:
    cache.clear()
    with django_assert_num_queries(0):
        errors.failed(rf.get("/x"))
