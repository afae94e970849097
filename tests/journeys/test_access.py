"""For everybody: no barrier that axe finds, no sideways scroll on a phone, keys alone suffice."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import Open
from tests.journeys.stack import Stack
from tests.journeys.test_notices import desk

PUBLIC = ("/", "/sign-in", "/privacy", "/contact", "/privacy-choices", "/shop", "/nowhere",
          "/privacy-choices/do-not-sell", "/privacy-choices/limit", "/dev/mail",
          "/receipts/check")  # fmt: skip
OWN = ("/", "/uses", "/uses/recommendations", "/uses/fraud_prevention", "/shop", "/activity",
       "/activity?show=blocked", "/data", "/data?show=all", "/data/purchases/produce",
       "/receipts", "/receipts/held", "/levels", "/pause", "/joins", "/joins/account",
       "/requests", "/requests/new/copy", "/requests/new/correction",
       "/requests/new/erasure", "/requests/new/objection")  # fmt: skip

OFFICERS = ("/console/", "/console/audit", "/console/audit/months", "/console/requests",
            "/console/notices",
            "/console/notices/recommendations", "/console/partners",
            "/console/what-if")  # fmt: skip


def barriers(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]


def walked(page: Page, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """What is wrong on which page."""
    wrong = {}
    for path in paths:
        page.goto(path)
        faults = barriers(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append("scrolls sideways")
        if faults:
            wrong[path] = faults
    return wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_have_no_barriers(visit: Open, scheme: str) -> None:
    assert walked(visit(color_scheme=scheme, width=320), PUBLIC) == {}


@pytest.mark.parametrize(
    ("scheme", "width", "locale"), [("light", 1200, "en-GB"), ("dark", 320, "uk-UA")]
)
def test_own_pages_have_no_barriers(enter: Open, scheme: str, width: int, locale: str) -> None:
    page = enter("maks", color_scheme=scheme, width=width, locale=locale)
    assert walked(page, OWN) == {}


@pytest.mark.parametrize(
    ("scheme", "width", "locale"), [("light", 320, "en-GB"), ("dark", 1200, "uk-UA")]
)
def test_the_pages_of_officers_have_no_barriers(
    stack: Stack, visit: Open, scheme: str, width: int, locale: str
) -> None:
    page = desk(stack, visit, "officer", color_scheme=scheme, width=width, locale=locale)
    assert walked(page, OFFICERS) == {}


def test_a_receipt_a_reason_a_proof_and_a_request_have_no_barriers(enter: Open) -> None:
    page = enter("casey", width=320)
    page.goto("/uses")
    page.locator("#service_improvement button[value=no]").click()
    page.goto("/receipts")
    page.locator("main ol a").first.click()
    assert barriers(page) == []
    page.locator("a[href*=proof]").click()
    assert barriers(page) == []
    page.goto("/requests/new/correction")
    page.fill("textarea", "The name is spelt otherwise.")
    page.locator("main form button").click()
    assert barriers(page) == []
    page.goto("/shop")
    why = page.locator("a[href^='/why/']")
    if why.count():
        why.first.click()
        assert barriers(page) == []


def test_text_at_twice_its_size_still_fits(enter: Open) -> None:
    page = enter("maks", width=640)
    for path in ("/", "/uses", "/data", "/requests"):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path


def test_keys_alone_reach_and_press_an_answer(enter: Open) -> None:
    page = enter("maks")
    page.goto("/uses/service_improvement")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('skip')")
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "no":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert page.locator("button[value=no]").first.get_attribute("aria-pressed") == "true"


def test_targets_are_large_enough(enter: Open) -> None:
    page = enter("maks", width=320)
    for path in ("/uses", "/requests", "/requests/new/erasure"):
        page.goto(path)
        sizes = page.locator("main button, main a.btn").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert sizes and min(sizes) >= 44


def test_paper_shows_a_receipt_without_the_furniture(enter: Open) -> None:
    page = enter("casey")
    page.goto("/receipts")
    page.emulate_media(media="print")
    assert not page.locator(".nav").is_visible()
    assert not page.locator("footer").is_visible()
    assert page.locator("h1").is_visible()
