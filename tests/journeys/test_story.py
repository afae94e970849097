"""The whole story, in a real browser, against the live service.

Olena sees personal recommendations with reasons, says No, and the next page is not personal
and says so. The officer finds both in the verified log; the partner's question is answered No.
Her copy downloads; her erasure completes; and then nothing of her is left to read.
"""

import base64
import io
import json
import time
import urllib.request
import zipfile
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Page, expect

from keys import envelope
from keys.errors import BoxRefused
from profiles.boxes import binding
from tests.journeys.conftest import Open
from tests.journeys.stack import Stack

CANARIES = ("Quillfeather", "olena@journey.example", "+4915550123456")


def test_a_customer_says_no_and_is_forgotten(stack: Stack, enter: Open, visit: Open) -> None:
    page = enter("olena")
    decision = she_sees_personal_recommendations_with_reasons(page)
    assert partner_may_use_purchases(stack, "olena")
    she_says_no(page)
    the_next_page_is_not_personal_and_says_so(page)
    assert not partner_may_use_purchases(stack, "olena")
    officer = officer_signs_in(stack, visit())
    the_officer_finds_use_and_refusal_in_the_verified_log(officer, decision)
    copy = her_copy_downloads(page)
    assert_copy_is_readable(copy)
    boxes = boxes_of(stack, stack.people["subjects"]["olena"])
    request = her_erasure_completes(page)
    nothing_of_her_is_in_the_database(stack)
    no_key_opens_what_was_stored(stack, boxes)
    assert not partner_may_use_purchases(stack, "olena")
    she_can_sign_in_no_more(visit())
    the_officer_sees_the_erasure(officer, request)


def she_sees_personal_recommendations_with_reasons(page: Page) -> str:
    # Because the shop's memory of the crowd fills in the background.
    for _ in range(40):
        page.goto("/shop")
        if page.locator("h1").inner_text() == "Picked for you":
            break
        time.sleep(0.5)
    expect(page.locator("h1")).to_have_text("Picked for you")
    assert page.locator(".goods > li").count() >= 5
    assert page.locator("[data-reason]", has_text="You bought").count() >= 1
    page.get_by_role("link", name="Why this?").first.click()
    expect(page.get_by_role("heading", name="Why am I seeing this?")).to_be_visible()
    used = page.locator("[data-used]").all_inner_texts()
    assert sorted(used) == ["Deli", "Fruit and vegetables", "Groceries"]
    return page.locator("p .code").last.inner_text()


def she_says_no(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Privacy options").last.click()
    card = page.locator("#recommendations")
    card.get_by_role("button", name="No, don’t use it").click()
    expect(page.get_by_role("status").first).to_contain_text("Stopped since")
    expect(page.locator("#recommendations .tag")).to_contain_text("You said No")


def the_next_page_is_not_personal_and_says_so(page: Page) -> None:
    page.goto("/shop")
    expect(page.locator("[data-personal=no]")).to_contain_text("This page is not personal.")
    expect(page.locator("[data-personal=no]")).to_contain_text("took your permission back")
    assert page.get_by_role("link", name="Why this?").count() == 0
    assert page.locator("[data-reason]", has_text="You bought").count() == 0
    page.goto("/activity?show=uses")
    expect(page.locator(".line").first).to_contain_text("Journey Market used Purchases")
    expect(page.locator(".line").first).to_contain_text("Blocked")


def partner_may_use_purchases(stack: Stack, name: str) -> bool:
    client, secret = stack.people["client"]
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    form = "application/x-www-form-urlencoded"
    headers = {"Authorization": f"Basic {basic}", "Content-Type": form}
    token = _post(stack, "/oauth/token", b"grant_type=client_credentials", headers)["access_token"]
    question = {
        "subject": {"type": "customer", "id": stack.people["ids"][name]},
        "action": {"name": "use", "properties": {"purpose": "recommendations"}},
        "resource": {"type": "attributes", "id": "purchases"},
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = _post(stack, "/access/v1/evaluation", json.dumps(question).encode(), headers)
    return bool(answer["decision"])


def _post(stack: Stack, path: str, body: bytes, headers: dict[str, str]) -> dict:
    request = urllib.request.Request(stack.url + path, body, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return json.loads(answer.read())


def officer_signs_in(stack: Stack, page: Page) -> Page:
    email, password = stack.people["officer"]
    page.goto("/console/sign-in")
    page.fill("input[type=email], input[name=username]", email)
    page.fill("input[type=password]", password)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console/")
    return page


def the_officer_finds_use_and_refusal_in_the_verified_log(page: Page, decision: str) -> None:
    page.goto("/console/audit?kind=use")
    expect(page.locator("table tbody tr").first).to_contain_text("Suggest products")
    page.goto("/console/audit?kind=decision&outcome=refused&purpose=recommendations")
    expect(page.locator("table tbody tr").first).to_contain_text("CONSENT_WITHDRAWN")
    page.goto("/console/audit")
    page.get_by_role("button", name="Verify the whole log").click()
    held = page.locator("[role=status][data-s=allow]")
    for _ in range(60):
        if held.count():
            break
        page.reload()
        time.sleep(0.5)
    expect(held).to_contain_text("entries fit.")


def her_copy_downloads(page: Page) -> Path:
    page.goto("/")
    page.locator("main").get_by_role("link", name="Get a copy").click()
    page.get_by_role("button", name="Make the copy").click()
    ready = page.get_by_role("link", name="Download")
    expect(ready).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        ready.click()
    return Path(download.value.path())


def assert_copy_is_readable(path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as copy:
        assert copy.testzip() is None
        names = copy.namelist()
        page, data = copy.read("index.html").decode(), copy.read("data.json").decode()
    assert any(name.endswith(".csv") for name in names)
    assert "Quillfeather" in page and "Quillfeather" in data
    json.loads(data)


def her_erasure_completes(page: Page) -> str:
    page.goto("/")
    page.locator("main").get_by_role("link", name="Erase").click()
    expect(page.get_by_role("heading", name="What stays, and why")).to_be_visible()
    page.get_by_role("button", name="Erase now").click()
    expect(page.get_by_role("heading", name="Certificate of erasure")).to_be_visible(timeout=60_000)
    return page.url.rsplit("/", 1)[-1]


def boxes_of(stack: Stack, subject: str) -> list[tuple[bytes, bytes]]:
    """Her boxes as stored, with what binds them; her key opens every one of them now."""
    with stack.owner() as owner:
        rows = owner.execute(
            "SELECT box, attribute, month, version FROM profiles_vaultblock WHERE subject = %s",
            [subject],
        ).fetchall()
    boxes = [
        (bytes(box), binding(UUID(subject), attribute, month, version))
        for box, attribute, month, version in rows
    ]
    key = stack.keys_that_exist()[subject]
    assert len(boxes) >= 7 and all(opens(key, *box) for box in boxes)
    return boxes


def nothing_of_her_is_in_the_database(stack: Stack) -> None:
    """Every table is read as a dump would write it."""
    with stack.owner() as owner:
        tables = owner.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            with owner.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as dump:
                text = b"".join(bytes(part) for part in dump)
            for canary in CANARIES:
                assert canary.encode() not in text, table
                assert canary.encode().hex().encode() not in text, table
        left = owner.execute(
            "SELECT count(*) FROM profiles_vaultblock WHERE subject = %s",
            [stack.people["subjects"]["olena"]],
        ).fetchone()
    assert left == (0,)


def no_key_opens_what_was_stored(stack: Stack, boxes: list[tuple[bytes, bytes]]) -> None:
    """Neither her key, which is gone, nor any that still exists."""
    keys = stack.keys_that_exist()
    assert stack.people["subjects"]["olena"] not in keys and len(keys) >= 20
    assert not any(opens(key, *box) for key in keys.values() for box in boxes)


def opens(key: bytes, box: bytes, aad: bytes) -> bool:
    try:
        envelope.open_(key, box, aad=aad)
    except BoxRefused:
        return False
    return True


def she_can_sign_in_no_more(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("input[name=email]", "olena@journey.example")
    page.locator("main form button").first.click()
    expect(page.locator("h1")).to_have_text("Write the code")
    page.goto("/data")
    expect(page.locator("h1")).to_have_text("Sign in")


def the_officer_sees_the_erasure(page: Page, request: str) -> None:
    page.goto(f"/console/requests/{request}")
    expect(page.locator("main")).to_contain_text("Completed")
