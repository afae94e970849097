"""A person checks the seal of an entry in the browser, and later what was kept of it."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Open
from tests.journeys.stack import Stack
from tests.journeys.test_notices import desk

RIGHT = "Checked in this browser: the entry is in the signed log, unchanged."
WRONG = "This does not fit."
UNSIGNED = "The signature was not checked"
BUTTON = "Check in this browser"


def open_proof(page: Page) -> None:
    """The proof of what was said last, sealed."""
    page.goto("/uses")
    page.locator("#service_improvement button[value=no]").click()
    page.goto("/receipts")
    page.locator("main ol a").first.click()
    page.locator("a[href*=proof]").click()
    for _ in range(20):
        if page.get_by_text("Not yet sealed").count() == 0:
            return
        page.wait_for_timeout(300)
        page.reload()


def flipped(route: Route) -> None:
    """The same answer with one bit of its last letter but five changed."""
    answer = route.fetch()
    body = bytearray(answer.body())
    body[-6] ^= 1
    route.fulfill(response=answer, body=bytes(body))


def test_the_worker_verifies_a_true_proof_and_refuses_one_changed_byte(enter: Open) -> None:
    page = enter("maks", width=320)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    open_proof(page)
    page.get_by_role("button", name=BUTTON).click()

    status = page.locator("[data-check] [role=status]")
    expect(status).to_contain_text(RIGHT)
    assert status.get_attribute("aria-live") == "polite"
    steps = page.locator("[data-check] ol > li")
    expect(steps).to_have_count(4)
    assert all("right" in text for text in steps.all_inner_texts())
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert Axe().run(page).response["violations"] == []
    assert complaints == []

    for file in ("body", "proof"):
        page.route(f"**/*?file={file}", flipped)
        page.get_by_role("button", name=BUTTON).click()
        expect(status).to_contain_text(WRONG)
        expect(status).not_to_contain_text(RIGHT)
        page.unroute(f"**/*?file={file}")
    page.get_by_role("button", name=BUTTON).click()
    expect(status).to_contain_text(RIGHT)


def test_a_browser_without_ed25519_says_that_the_signature_was_not_checked(enter: Open) -> None:
    page = enter("maks")
    open_proof(page)

    def without_ed25519(route: Route) -> None:
        answer = route.fetch()
        deaf = "crypto.subtle.importKey = async () => { throw new Error('NotSupported'); };\n"
        route.fulfill(response=answer, body=deaf + answer.text())

    page.route("**/proof-worker.js", without_ed25519)
    page.get_by_role("button", name=BUTTON).click()

    status = page.locator("[data-check] [role=status]")
    expect(status).to_contain_text(UNSIGNED)
    expect(status).not_to_contain_text(RIGHT)
    expect(page.locator("[data-check] ol > li").last).to_contain_text("not checked")


def test_without_script_the_page_says_how_and_the_kept_proof_is_checked(
    enter: Open, visit: Open, tmp_path: Path
) -> None:
    page = enter("maks", script=False)
    open_proof(page)
    expect(page.locator("main")).to_contain_text("tools/verify")
    assert page.get_by_role("button", name=BUTTON).count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Save proof").click()
    kept = tmp_path / "kept.tlog-proof"
    download.value.save_as(kept)

    visitor = visit(script=False, width=320)
    visitor.goto("/receipts/check")
    visitor.set_input_files("input[type=file]", kept)
    visitor.get_by_role("button", name="Check", exact=True).click()
    expect(visitor.get_by_role("status").first).to_contain_text("the log still begins with it")

    text = kept.read_text()
    kept.write_text(text[:-20] + ("A" if text[-20] != "A" else "B") + text[-19:])
    visitor.set_input_files("input[type=file]", kept)
    visitor.get_by_role("button", name="Check", exact=True).click()
    expect(visitor.get_by_role("alert").first).to_contain_text("Not signed by us.")


def test_an_officer_checks_an_entry_in_the_browser(stack: Stack, visit: Open) -> None:
    page = desk(stack, visit, "officer", width=1200)
    page.goto("/console/audit")
    page.locator("tr:has(.tag[data-s=proof]) td.said a").first.click()
    page.get_by_role("button", name=BUTTON).click()
    expect(page.locator("[data-check] [role=status]")).to_contain_text(RIGHT)
    assert Axe().run(page).response["violations"] == []
