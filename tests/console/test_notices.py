"""The pages of notices: the list, the editor, the difference, two officers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.utils import timezone

from consent.actions import drafting
from consent.models import Notice
from consent.notices.completeness import DETAILS
from tests.console.conftest import Browser

pytestmark = pytest.mark.django_db
PAGE = "/console/notices/recommendations"


def html(response: HttpResponse) -> str:
    return response.content.decode()


def typed(browser: Browser, **changes: str) -> dict[str, Any]:
    """What the editor shows, with some fields changed."""
    editor = browser.get(PAGE).context["editor"]
    sent = {field.name: field.value() or "" for field in editor}
    sent |= {f"detail-{name}": "See /privacy." for name in DETAILS}
    return sent | {name.replace("__", "-"): text for name, text in changes.items()}


def save(browser: Browser, **changes: str) -> str:
    response = browser.post(f"{PAGE}/save", typed(browser, **changes), follow=True)
    return html(response)


def press(browser: Browser, action: str, **fields: str) -> str:
    page = browser.get(PAGE)
    sent = {"seen": page.context["seen"].seen} | fields
    return html(browser.post(f"{PAGE}/{action}", sent, follow=True))


def test_the_list_shows_what_is_live_and_what_is_in_work(desk: Browser) -> None:
    save(desk, en__if_yes="The shop page starts with products that fit you.")
    page = html(desk.get("/console/notices"))
    assert "Suggest products" in page
    assert "Version 2" in page
    assert "Draft" in page


def test_a_customer_finds_no_such_pages(customer: Browser) -> None:
    assert customer.get("/console/notices").status_code == 404
    assert customer.get(PAGE).status_code == 404
    for action in ("save", "propose", "approve", "reject"):
        assert customer.post(f"{PAGE}/{action}", {}).status_code == 404


def test_a_purpose_that_is_not_there_has_no_page(desk: Browser) -> None:
    assert desk.get("/console/notices/growth").status_code == 404


def test_a_draft_shows_lengths_grade_findings_and_the_difference(desk: Browser) -> None:
    page = save(
        desk,
        en__if_yes="The shop page starts with things you will lose!",
        uk__look_at="",
        **{"detail-complaint": ""},
    )
    assert "Saved as a draft" in page
    assert "47 of 140 characters" in page
    assert "“you will lose” pushes or hides" in page
    assert "without an exclamation mark" in page
    assert "Українська, We look at: This row is missing" in page
    assert "to which authority" in page
    assert "years of school to read it" in page
    assert "<del>" in page
    assert "<ins>" in page
    assert "Propose to a second officer" not in page
    assert Notice.objects.get(state="draft").version == 3


def test_an_officer_reads_which_row_is_too_hard(desk: Browser) -> None:
    page = save(desk, en__who_sees="Affiliated organisations obtaining transactional particulars.")
    assert "English, Who sees it: This row alone takes" in page
    assert "Hardest row: Who sees it," in page
    assert "(at most 12)" in page
    assert "Propose to a second officer" not in page


def test_two_officers_publish_and_the_first_cannot_alone(
    desk: Browser, colleague: Browser, ada: UUID
) -> None:
    save(desk, en__if_yes="The shop page starts with products that fit you.")
    page = html(desk.get(PAGE))
    assert "One person holds a Yes that counts now" in page
    assert "It looks like new words for the same thing" in page
    press(desk, "propose", material="yes")
    alone = html(desk.get(PAGE))
    assert "You proposed this. Another officer must approve it." in alone
    assert "Approve and publish" not in alone
    assert "You proposed this" in press(desk, "approve")
    assert "Approved and published" in press(colleague, "approve")
    notice = Notice.objects.get(version=3, purpose__code="recommendations")
    assert (notice.state, notice.material) == ("published", True)
    assert notice.proposed_by != notice.approved_by


def test_a_notice_goes_back_with_a_reason(desk: Browser, colleague: Browser) -> None:
    save(desk, en__if_yes="The shop page starts with products that fit you.")
    press(desk, "propose", material="no")
    assert "This field is required" in press(colleague, "reject", reason="")
    assert "Sent back with your reason" in press(colleague, "reject", reason="Say it shorter.")
    page = html(desk.get(PAGE))
    assert "Say it shorter." in page
    assert "Save the draft" in page


def test_a_day_can_be_chosen(desk: Browser, colleague: Browser) -> None:
    save(desk, en__if_yes="The shop page starts with products that fit you.")
    press(desk, "propose", material="no")
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    assert "on the day you chose" in press(colleague, "approve", day=day)
    assert "published by itself" in html(desk.get(PAGE))
    assert drafting.publish_due(at=timezone.now() + timedelta(days=4)) == 1


def test_what_was_typed_survives_a_refusal(desk: Browser, colleague: Browser) -> None:
    mine = typed(desk, en__if_no="You see what everybody sees in the shop today.")
    save(colleague, en__if_no="You see the page that all see.")
    refused = desk.post(f"{PAGE}/save", mine)
    assert refused.status_code == 422
    page = html(refused)
    assert "Somebody changed this draft" in page
    assert "what everybody sees in the shop today" in page


def test_asking_for_more_cannot_be_called_other_words(
    desk: Browser, colleague: Browser, django_assert_max_num_queries: Any
) -> None:
    save(desk, en__if_yes="The shop page starts with products that fit you.")
    purpose = Notice.objects.get(state="draft").purpose
    purpose.retention_days = 4000
    purpose.save()
    page = html(desk.get(PAGE))
    assert "The data are kept longer." in page
    assert "Call it a material change" in press(desk, "propose", material="no")
    assert "Proposed." in press(desk, "propose", material="yes")


def test_the_page_is_there_in_ukrainian(desk: Browser) -> None:
    save(desk, en__if_yes="Get more!")
    desk.cookies["django_language"] = "uk"
    page = html(desk.get(PAGE))
    assert "Зберегти чернетку" in page
    assert "без знака оклику" in page
