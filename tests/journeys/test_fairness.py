"""No is never harder than Yes: the same size, weight and place, and no more presses."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.journeys.conftest import Open

MEASURE = (Path(__file__).parent / "prominence.js").read_text()
CHOICES = "[data-consent-choice]"
UNFAIR = {
    "a pale No": "no.style.color = '#bbb'",
    "a larger Yes": "yes.style.fontSize = '1.4rem'",
    "a filled Yes": "yes.style.background = '#0B5A6B'",
    "a faded No": "no.style.opacity = '.6'",
    "a hidden No": "no.style.visibility = 'hidden'",
    "a glowing Yes": "yes.style.boxShadow = '0 0 9px red'",
    "a bold Yes": "yes.style.fontWeight = '900'",
    "Yes alone": "no.remove()",
    "a third way": "root.append(document.createElement('button'))",
    "small targets": "no.style.cssText = yes.style.cssText = 'min-block-size:0;block-size:20px'",
}


def faults_of(choice: Locator) -> list[str]:
    found: list[str] = choice.evaluate(MEASURE)
    return found


def all_faults(page: Page, *, at_least: int) -> list[str]:
    choices = page.locator(CHOICES).all()
    assert len(choices) >= at_least
    return [fault for choice in choices for fault in faults_of(choice)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
def test_no_and_yes_are_equally_prominent(enter: Open, width: int, scheme: str) -> None:
    page = enter("maks", width=width, color_scheme=scheme)
    page.goto("/uses")
    assert all_faults(page, at_least=7) == []
    for language in ("uk", "en"):
        page.locator(f"button[name=language][value={language}]").click()
        assert all_faults(page, at_least=7) == []
        labels = page.locator(f"{CHOICES} button").evaluate_all("all => all.map(b => b.value)")
        assert labels == ["no", "yes"] * (len(labels) // 2)


def test_the_measure_finds_what_is_unfair(enter: Open) -> None:
    page = enter("maks", reduced_motion="reduce")
    for name, change in UNFAIR.items():
        page.goto("/uses/recommendations")
        choice = page.locator(CHOICES).first
        assert faults_of(choice) == []
        choice.evaluate(
            f"root => {{ const [no, yes] = root.querySelectorAll('button'); {change}; }}"
        )
        assert faults_of(choice), name


def test_both_answers_are_seen_together(enter: Open) -> None:
    page = enter("maks", width=320)
    page.goto("/uses")
    for choice in page.locator(CHOICES).all():
        choice.scroll_into_view_if_needed()
        boxes = [button.bounding_box() for button in choice.locator("button").all()]
        assert all(box and box["y"] >= 0 and box["y"] + box["height"] <= 900 for box in boxes)


def test_taking_back_takes_no_more_presses_than_giving(enter: Open) -> None:
    """Counted from the overview: presses and pages loaded, for both answers of every use."""
    page = enter("casey")
    for use in ("recommendations", "email_marketing", "targeted_ads", "sale"):
        yes = presses(page, use, "Yes, use it")
        no = presses(page, use, "No, don’t use it")
        assert no <= yes == (2, 2)


def presses(page: Page, use: str, answer: str) -> tuple[int, int]:
    loads: list[str] = []
    page.goto("/")

    def count(request) -> None:
        if request.is_navigation_request() and not request.redirected_from:
            loads.append(request.url)

    page.on("request", count)
    page.get_by_role("link", name="Privacy options").last.click()
    page.locator(f"#{use}").get_by_role("button", name=answer).click()
    page.wait_for_load_state()
    page.remove_listener("request", count)
    pressed = page.locator(f"#{use} button", has_text=answer)
    assert pressed.get_attribute("aria-pressed") == "true"
    return 2, len(loads)


def test_every_right_is_one_press_from_any_page(enter: Open) -> None:
    page = enter("maks")
    for start in ("/", "/uses", "/activity", "/data", "/receipts", "/shop", "/privacy"):
        for right in ("copy", "portability", "correction", "erasure", "restriction", "objection"):
            page.goto(start)
            page.locator(f"footer a[href='/requests/new/{right}']").click()
            assert page.locator("main form button").first.is_enabled()
