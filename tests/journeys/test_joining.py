"""One person with two accounts: proved by code, joined after the table, taken apart by an officer.

Every page is looked at on wide and narrow screens, light and dark.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open, newest_code
from tests.journeys.stack import Stack
from tests.journeys.test_notices import desk

LOOKS = ((320, "dark"), (1200, "light"))


def fits(page: Page) -> None:
    """No barrier and nothing cut off, on a wide and a narrow screen, light and dark."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
        assert Axe().run(page).response["violations"] == [], page.url
    page.set_viewport_size({"width": 1200, "height": 900})


@pytest.mark.slow
def test_two_accounts_are_joined_and_taken_apart(stack: Stack, visit: Open, enter: Open) -> None:
    second = enter("ira.second", script=False)
    second.goto("/uses/recommendations")
    second.locator("#recommendations button[value=no]").click()

    ira = enter("ira")
    ira.goto("/joins")
    ira.get_by_role("link", name="Join a second account").click()
    fits(ira)
    ira.fill("main input[name=email]", "ira.second@journey.example")
    ira.get_by_role("button", name="Send a code to that address").click()
    fits(ira)
    ira.fill("input[name=code]", newest_code(stack))
    ira.get_by_role("button", name="Show what joining changes").click()
    expect(ira.locator("main")).to_contain_text("The other account")
    fits(ira)
    ira.get_by_role("button", name="Yes, join them").click()
    expect(ira.locator("main")).to_contain_text("Another account")
    ira.goto("/uses/recommendations")
    expect(ira.locator("[data-state=Refused]")).to_be_visible()

    ira.goto("/requests/new/complaint")
    ira.fill("main textarea", "These are two people after all.")
    ira.get_by_role("button", name="Send").click()
    reference = ira.url.rstrip("/").rpartition("/")[2]

    marek = desk(stack, visit, "officer")
    marek.goto(f"/console/requests/{reference}")
    marek.select_option("[name=reason]", "complaint")
    marek.get_by_role("button", name="Show the consents").click()
    expect(marek.locator("main")).to_contain_text("mailed-code")
    fits(marek)
    marek.get_by_role("link", name="Take apart").click()
    marek.fill("main textarea", "Two people share one address.")
    fits(marek)
    marek.get_by_role("button", name="Show what this changes").click()
    expect(marek.locator("main")).to_contain_text("This record, apart")
    fits(marek)
    marek.get_by_role("button", name="Take them apart").click()
    expect(marek.locator("main")).to_contain_text("Taken apart.")

    ira.goto("/uses/recommendations")
    expect(ira.locator("[data-state=Given]")).to_be_visible()
    ira.goto("/joins")
    expect(ira.locator("main")).to_contain_text("Joined earlier")
    expect(ira.locator("main")).to_contain_text("Two people share one address.")
    fits(ira)
