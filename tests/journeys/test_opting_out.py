"""A browser that opts out, and a mail that is stopped: nobody signs in, nobody is asked back."""

import base64
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open, newest_code
from tests.journeys.stack import Stack

SIGNAL = {"Sec-GPC": "1"}
# The opt-out itself, form tokens, the session of who signs in, the address while a code is on
# its way: each strictly necessary for what was asked for (ePrivacy 5(3)).
NECESSARY = {"opt_out", "csrftoken", "sessionid", "sign_in"}
DIALOGS = "dialog, [role=dialog], [role=alertdialog], [role=alert]"


def api(stack: Stack, page: Page, path: str, body: dict[str, Any]) -> Any:
    """One call of the shop's own system."""
    basic = base64.b64encode(":".join(stack.people["client"]).encode()).decode()
    token = page.request.post(
        f"{stack.url}/oauth/token",
        form={"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {basic}"},
    ).json()["access_token"]
    answer = page.request.post(
        f"{stack.url}{path}", data=body, headers={"Authorization": f"Bearer {token}"}
    )
    return answer.json()


def permitted(stack: Stack, page: Page, name: str, purpose: str) -> bool:
    question = {
        "subject": {"type": "customer", "id": stack.people["ids"][name]},
        "action": {"name": "use", "properties": {"purpose": purpose}},
        "resource": {"type": "attributes", "id": "age_band"},
    }
    return bool(api(stack, page, "/access/v1/evaluation", question)["decision"])


def events(stack: Stack, name: str) -> list[str]:
    with stack.owner() as connection:
        rows = connection.execute(
            "SELECT state FROM consent_consentevent WHERE subject_id = %s ORDER BY recorded_at",
            [stack.people["subjects"][name]],
        ).fetchall()
    return [row[0] for row in rows]


def test_a_signed_out_opt_out_is_honoured_and_carried_to_the_account(
    stack: Stack, visit: Open
) -> None:
    shop = visit()
    before = permitted(stack, shop, "gale", "sale")
    page = visit(extra_http_headers=SIGNAL)
    for path in ("/", "/shop", "/privacy", "/privacy-choices"):
        page.goto(path)
        expect(page.locator("[data-opt-out-status]")).to_contain_text("Opt-Out Request Honored")
        assert page.locator(DIALOGS).count() == 0
        assert (
            page.locator("[data-opt-out-status] button, [data-opt-out-status] input").count() == 0
        )
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"opt_out", "csrftoken"}
    page.goto("/sign-in")
    page.fill("input[name=email]", "gale@journey.example")
    page.locator("main form button").first.click()
    page.fill("input[name=code]", newest_code(stack))
    page.locator("main form button").first.click()
    page.wait_for_url("**/")
    page.goto("/uses")
    expect(page.locator("#sale .tag")).to_contain_text("Stopped by your browser’s signal")
    assert page.locator(DIALOGS).count() == 0
    assert {cookie["name"] for cookie in page.context.cookies()} <= NECESSARY
    assert before and not permitted(stack, shop, "gale", "sale")
    assert not permitted(stack, shop, "gale", "targeted_ads")
    assert events(stack, "gale").count("signal_on") == 1


def test_a_browser_without_the_signal_gets_no_cookie_that_it_does_not_need(visit: Open) -> None:
    page = visit()
    for path in ("/", "/shop", "/privacy"):
        page.goto(path)
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"csrftoken"}
    assert page.locator("[data-opt-out-status]").count() == 0


def test_a_link_in_a_mail_stops_without_a_session_and_a_scanner_does_not(
    stack: Stack, visit: Open
) -> None:
    page = visit(width=320)
    body = {"subject": stack.people["ids"]["nadia"], "purpose": "email_marketing",
            "channel": "email"}  # fmt: skip
    url = api(stack, page, "/v1/stop-links", body)["url"]
    said = events(stack, "nadia")
    scanner = visit(script=False)
    for _ in range(3):
        assert scanner.request.get(url).status == 200
        assert scanner.request.head(url).status == 200
    assert events(stack, "nadia") == said
    page.goto(url)
    buttons = page.locator(".equal button")
    boxes = [button.bounding_box() for button in buttons.all()]
    assert len(boxes) == 3
    assert len({(round(box["width"]), round(box["height"])) for box in boxes if box}) == 1
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_role("status")).to_contain_text("You will get no more of")
    assert events(stack, "nadia") == [*said, "refused"]
    page.goto(url)
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing changed")
    assert events(stack, "nadia") == [*said, "refused"]
    mail_program = visit()
    answer = mail_program.request.post(url, form={"List-Unsubscribe": "One-Click"})
    assert answer.status == 200 and events(stack, "nadia") == [*said, "refused"]
