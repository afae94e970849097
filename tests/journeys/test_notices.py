"""New words: written by one officer, approved by another, and an old Yes that waits for an answer.

Without script, so that every step is a form and a page.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open
from tests.journeys.stack import Stack

NOTICE = "/console/notices/service_improvement"
USE = "/uses/service_improvement"
DETAILS = ("rights", "withdrawal", "complaint", "retention", "legitimate_interest", "dpia")


def barriers(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    wrong = [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append("scrolls sideways")
    return wrong


def desk(stack: Stack, visit: Open, who: str, **options: object) -> Page:
    page = visit(**options)
    page.goto("/console/sign-in")
    email, password = stack.people[who]
    page.fill("input[name=username]", email)
    page.fill("input[name=password]", password)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console/")
    return page


def test_new_words_take_two_officers_and_pause_an_old_yes(
    stack: Stack, visit: Open, enter: Open
) -> None:
    maks = enter("maks", script=False)
    maks.goto(USE)
    maks.locator("#service_improvement button[value=yes]").click()
    expect(maks.locator("[data-state=Given]")).to_be_visible()

    marek = desk(stack, visit, "officer", script=False)
    marek.goto(NOTICE)
    marek.fill("[name=en-look_at]", "Everything you bought here, and you will lose nothing!")
    marek.get_by_role("button", name="Save the draft").click()
    expect(marek.locator("#check")).to_contain_text("without an exclamation mark")
    expect(marek.locator("#check")).to_contain_text("you will lose")
    assert marek.get_by_role("button", name="Propose to a second officer").count() == 0

    marek.fill("[name=en-look_at]", "What you bought, your age and income band, your phone.")
    for name in DETAILS:
        marek.fill(f"[name=detail-{name}]", "See /privacy.")
    marek.get_by_role("button", name="Save the draft").click()
    expect(marek.locator("#check")).to_contain_text("Nothing stands against publishing")
    expect(marek.locator("#diff ins").first).to_contain_text("phone")
    expect(marek.locator("#propose")).to_contain_text("One person holds a Yes")
    marek.select_option("[name=material]", "yes")
    marek.get_by_role("button", name="Propose to a second officer").click()
    expect(marek.locator("#approve")).to_contain_text("Another officer must approve it")
    assert marek.get_by_role("button", name="Approve and publish").count() == 0

    iryna = desk(stack, visit, "second_officer", script=False)
    iryna.goto(NOTICE)
    iryna.get_by_role("button", name="Approve and publish").click()
    expect(iryna.locator("main")).to_contain_text("Approved and published")

    maks.goto(USE)
    expect(maks.locator("main")).to_contain_text("The wording changed since you answered")
    expect(maks.locator("#wording")).to_contain_text("new since you answered")
    expect(maks.locator("#wording ins").first).to_contain_text("phone")
    maks.locator("#service_improvement button[value=yes]").click()
    expect(maks.locator("main")).to_contain_text("Wording you are answering: version 2")
    expect(maks.locator("main")).not_to_contain_text("The wording changed since you answered")


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (320, "dark")])
def test_the_pages_of_notices_have_no_barriers(
    stack: Stack, visit: Open, width: int, scheme: str
) -> None:
    page = desk(stack, visit, "officer", width=width, color_scheme=scheme)
    page.goto("/console/notices")
    assert barriers(page) == []
    page.goto("/console/notices/analytics_device")
    page.fill("[name=en-if_no]", f"We count nothing of you at {width}.")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("#diff")).to_be_visible()
    assert barriers(page) == []
