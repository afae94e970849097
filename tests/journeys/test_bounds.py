"""Questions, steps, stops and arrivals in a real browser, with and without JavaScript."""

import pytest
from celery import current_app
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open
from tests.journeys.stack import Stack
from tests.journeys.test_fairness import all_faults


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
def test_every_new_page_fits_and_its_answers_are_equal(
    enter: Open, width: int, scheme: str
) -> None:
    page = enter("maks", width=width, color_scheme=scheme)
    for path in ("/", "/levels", "/pause", "/pause?channel=email", "/surveys/about-you", "/uses"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert fits(page), path
        assert all_faults(page, at_least=0) == [], path


def test_steps_and_stops_work_without_script_and_by_keyboard(enter: Open) -> None:
    page = enter("casey", script=False)
    page.goto("/levels")
    row = page.locator("#email")
    row.get_by_text("What each step means for you").click()
    expect(row.locator("tbody tr")).to_have_count(5)
    expect(row.locator("tbody")).to_contain_text("Your step now")
    row.locator("input[value='1']").focus()
    page.keyboard.press("Space")
    row.get_by_role("button", name="Use this step").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#email .tag").first).to_contain_text("This visit only")
    page.locator("#email input[value='3']").check()
    page.locator("#email").get_by_role("button", name="Use this step").click()
    expect(page.locator("h2").first).to_contain_text("What this step would newly read")
    page.get_by_role("link", name="Keep step 1").click()
    page.goto("/pause?channel=sms")
    page.locator("input[value=week]").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("h1")).to_have_text("Nothing is stopped yet")
    page.get_by_role("button", name="Stop it until then").click()
    expect(page.locator("main")).to_contain_text("Nobody can lift it earlier")


def test_the_line_under_an_answer_grows_by_reloading(enter: Open, stack: Stack) -> None:
    page = enter("casey", script=False)
    page.goto("/uses")
    card = page.locator("#recommendations")
    card.get_by_role("button", name="No, don’t use it").click()
    line = page.locator("#recommendations-arrival")
    expect(line).to_contain_text("Stopped in 1 of 3 so far")
    # Because no beat runs here, it is rung for by hand.
    with current_app.connection_for_write(stack.environment["BROKER_URL"]) as connection:
        current_app.send_task("consent.spread_changes", connection=connection)
    for _ in range(40):
        if "so far" not in line.inner_text():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(line).to_contain_text("Stopped in 3 of 3, last at")
