"""The portal with JavaScript switched off: give, take back, leave out, ask, keep a receipt."""

from playwright.sync_api import expect

from tests.journeys.conftest import Open


def test_the_portal_works_without_script(enter: Open) -> None:
    page = enter("maks", script=False, width=320)
    page.goto("/uses")
    card = page.locator("#recommendations")
    card.get_by_role("button", name="Yes, use it").click()
    expect(page.get_by_role("status").first).to_contain_text("Active since")
    page.goto("/uses/recommendations")
    part = page.locator("[id='purchases.spirits']")
    part.get_by_role("button", name="No, leave it out").click()
    expect(page.get_by_role("status").first).to_contain_text("Beer, wine and spirits")
    expect(page.locator("h1 + .tag")).to_contain_text("with exceptions")
    card.get_by_role("button", name="No, don’t use it").click()
    expect(page.get_by_role("status").first).to_contain_text("Stopped since")
    page.locator("#recommendations").get_by_role("link", name="Receipt R-").click()
    expect(page.locator("h1")).to_have_text("Receipt")
    expect(page.locator(".receipt")).to_contain_text("The words as shown: version 2")


def test_a_request_and_its_end_without_script(enter: Open) -> None:
    page = enter("maks", script=False)
    page.goto("/requests/new/erasure")
    page.get_by_role("button", name="Erase my data").click()
    expect(page.locator("main")).to_contain_text("Your data is out of use already")
    page.get_by_role("button", name="Undo the erasure").click()
    expect(page.get_by_role("status").first).to_contain_text("Taken back")
    page.goto("/requests/new/copy")
    page.get_by_role("button", name="Make the copy").click()
    ready = page.get_by_role("link", name="Download")
    for _ in range(60):
        if ready.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    with page.expect_download() as download:
        ready.click()
    assert download.value.suggested_filename.endswith(".zip")


def test_the_signal_of_the_browser_shows_and_holds(enter: Open) -> None:
    page = enter("nadia", extra_http_headers={"Sec-GPC": "1"})
    page.goto("/privacy-choices")
    expect(page.locator("main")).to_contain_text("Opt-Out Request Honored")
    assert page.locator("dialog, [role=dialog]").count() == 0
    page.goto("/uses")
    expect(page.locator("#sale .tag")).to_contain_text("Stopped by your browser’s signal")


def test_the_language_changes_the_page_and_keeps_the_place(visit: Open) -> None:
    page = visit(script=False)
    page.goto("/privacy")
    page.get_by_role("button", name="Українська").click()
    assert page.url.endswith("/privacy")
    expect(page.locator("html")).to_have_attribute("lang", "uk")
