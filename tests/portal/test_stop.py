"""Stop links: what a press stops, what a mail scanner does not, and what the page never tells."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from zeal import zeal_context

from consent import one_click
from consent.actions import asking, stop_links, subjects
from consent.actions.stop_links import Scope
from consent.models import ConsentEvent, StopLink
from consent.queries import catalogue as catalogues
from consent.queries import stop_links as queries
from consent.questions import Question
from portal.views import stop as views
from tests.cast import bring_in, given, say
from tests.portal.conftest import Browser

NEWSLETTER = Scope("email_marketing", "email")
ONE_CLICK = {one_click.FIELD: one_click.VALUE}


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    cache.clear()


def link_for(
    subject_id: UUID, scope: Scope = NEWSLETTER, kind: str = "stop", at: datetime | None = None
) -> str:
    """The path of a new link."""
    with zeal_context():
        link = stop_links.issue(
            subject_id=subject_id, kind=kind, scope=scope, by="tests", at=at or timezone.now()
        )
    return f"/{kind}/{queries.token_of(link.pk)}"


def said(subject_id: UUID) -> list[tuple[str, str | None, list[str], str]]:
    found = ConsentEvent.objects.filter(subject=subject_id).order_by("recorded_at", "id")
    return list(found.values_list("state", "purpose__code", "channels", "method"))


def permitted(subject_id: UUID, purpose: str, channel: str | None = None) -> bool:
    attributes = tuple(sorted(catalogues.catalogue().purposes[purpose].attributes))
    question = Question(subject_id, purpose, attributes, "shop", channel)
    with zeal_context():
        return asking.ask(question=question, at=timezone.now()).permitted


def html(answer) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def main(answer) -> str:
    return html(answer).split("<main")[1].split("</main>")[0]


def test_a_get_changes_nothing_and_shows_three_equal_buttons(cleo: UUID, nobody: Browser) -> None:
    path = link_for(cleo)
    for method in (nobody.get, nobody.head):
        answer = method(path)
        assert answer.status_code == 200
        assert answer["Referrer-Policy"] == "no-referrer" and "no-store" in answer["Cache-Control"]
    assert said(cleo) == [] and permitted(cleo, "email_marketing", "email")
    form = html(nobody.get(path)).split('class="equal"')[1].split("</form>")[0]
    assert re.findall(r'class="([\w-]+)" name="decision" value="(\w+)"', form) == [
        ("btn", "stop"), ("btn", "stop_all"), ("btn", "keep"),
    ]  # fmt: skip


def test_a_press_stops_at_once_without_cookies(cleo: UUID) -> None:
    path = link_for(cleo)
    strict = Client(enforce_csrf_checks=True)
    with zeal_context():
        page = html(strict.post(path, {"decision": "stop"}))
    assert "You will get no more of" in page and "may still arrive today" in page
    assert said(cleo) == [("refused", "email_marketing", ["email"], "stop_link")]
    assert not permitted(cleo, "email_marketing", "email")
    assert permitted(cleo, "targeted_ads")


@pytest.mark.parametrize("content_type", ["urlencoded", "multipart"])
def test_one_click_of_a_mail_program_stops_at_once(cleo: UUID, content_type: str) -> None:
    given(cleo, "email_marketing")
    path = link_for(cleo)
    strict = Client(enforce_csrf_checks=True)
    with zeal_context():
        if content_type == "multipart":
            answer = strict.post(path, ONE_CLICK)
        else:
            body = f"{one_click.FIELD}={one_click.VALUE}"
            answer = strict.post(path, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200 and not answer.has_header("Location")
    assert said(cleo)[-1] == ("withdrawn", "email_marketing", ["email"], "stop_link")


def test_a_second_press_says_so_and_writes_nothing(cleo: UUID, nobody: Browser) -> None:
    path = link_for(cleo)
    for scope in ("stop", "stop_all"):
        assert "Receipt" in html(nobody.post(path, {"decision": scope}))
        before = said(cleo)
        page = html(nobody.post(path, {"decision": scope}))
        assert "Already stopped on" in page and "Nothing changed" in page
        assert said(cleo) == before
    assert len(said(cleo)) == 2


def test_stop_all_ends_every_lane_also_where_nothing_was_ever_said(
    cleo: UUID, nobody: Browser
) -> None:
    lanes = queries.advertising()
    assert set(lanes) >= {"email_marketing", "targeted_ads", "sale"}
    assert all(permitted(cleo, lane) for lane in lanes)
    page = html(nobody.post(link_for(cleo), {"decision": "stop_all"}))
    assert said(cleo) == [("objected", None, [], "stop_link")]
    assert not any(permitted(cleo, lane) for lane in lanes)
    assert permitted(cleo, "recommendations") and permitted(cleo, "service_delivery")
    assert "What has stopped" in page and "What goes on" in page


def test_a_yes_on_consent_is_stopped_too(ada: UUID, nobody: Browser) -> None:
    given(ada, "email_marketing")
    assert permitted(ada, "email_marketing")
    nobody.post(link_for(ada, Scope()), {"decision": "stop"})
    assert not permitted(ada, "email_marketing") and permitted(ada, "recommendations")


def test_a_new_yes_after_a_stop_can_be_stopped_again(ada: UUID, nobody: Browser) -> None:
    given(ada, "email_marketing")
    path = link_for(ada, Scope())
    nobody.post(path, {"decision": "stop"})
    given(ada, "email_marketing", consent_types=("expressed", "two_step"))
    assert permitted(ada, "email_marketing")
    assert "Receipt" in html(nobody.post(path, {"decision": "stop"}))
    assert not permitted(ada, "email_marketing")


def test_keep_it_keeps_it(cleo: UUID, nobody: Browser) -> None:
    assert "Nothing changed" in html(nobody.post(link_for(cleo), {"decision": "keep"}))
    assert nobody.post(link_for(cleo), {"decision": "yes"}).status_code == 422
    assert nobody.post(link_for(cleo)).status_code == 422
    assert said(cleo) == []


def test_an_old_link_still_stops_and_a_too_old_one_asks_for_the_address(
    cleo: UUID, nobody: Browser
) -> None:
    now = timezone.now()
    old = link_for(cleo, at=now - timedelta(days=23 * 30.4))
    ended = link_for(cleo, at=now - timedelta(days=25 * 30.5))
    pages = [nobody.get(path) for path in (ended, "/stop/never-made", "/stop/%D1%97")]
    assert {page.status_code for page in pages} == {404}
    assert len({main(page) for page in pages}) == 1
    assert "too old to know who you are" in html(pages[0])
    assert nobody.post(ended, ONE_CLICK).status_code == 404 and said(cleo) == []
    assert nobody.post(old, ONE_CLICK).status_code == 200 and len(said(cleo)) == 1


def test_the_address_stops_without_telling_whether_it_is_known(
    at_cleo: Browser, cleo: UUID
) -> None:
    answers = [
        Browser().post("/stop", {"email": email})
        for email in ("cleo@wren.example", "nobody@gull.example")
    ]
    assert html(answers[0]) == html(answers[1])
    assert said(cleo) == [("objected", None, [], views.WITHOUT_ACCOUNT)]
    assert Browser().post("/stop", {"email": "x"}).status_code == 422


def test_the_address_form_has_the_limits_of_the_sign_in(nobody: Browser, db: None) -> None:
    codes = [nobody.post("/stop", {"email": "a@gull.example"}).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    # Because stopping must not lock anybody out of signing in.
    assert nobody.post("/sign-in", {"email": "a@gull.example"}).status_code == 302


def test_a_stop_link_reads_and_grants_nothing(ada: UUID, nobody: Browser) -> None:
    path = link_for(ada)
    pages = html(nobody.get(path)) + html(nobody.post(path, {"decision": "stop"}))
    assert not any(word in pages for word in ("Ada", "ada@lark", "lark.example", "You said"))
    token = path.rsplit("/", 1)[1]
    assert nobody.get(f"/manage/{token}").status_code == 404
    assert nobody.get("/uses").status_code == 302
    before = said(ada)
    for decision in ("yes", "given", "resume", "opted_in"):
        nobody.post(path, {"decision": decision})
    assert said(ada) == before


def test_nothing_on_the_page_asks_for_more(cleo: UUID, nobody: Browser) -> None:
    path = link_for(cleo)
    for page in (nobody.get(path), nobody.post(path, {"decision": "stop"})):
        for word in ("subscribe", "survey", "sure", "/sign-in", "<input", "why are you", "reason"):
            assert word not in main(page).lower(), word


def test_a_manage_link_opens_the_choices_after_a_press_and_nothing_else(
    ada: UUID, nobody: Browser
) -> None:
    path = link_for(ada, Scope(), kind="manage")
    page = nobody.get(path)
    assert page.status_code == 200 and nobody.get("/uses").status_code == 302
    assert nobody.post(path).status_code == 302
    assert "You said Yes" in html(nobody.get("/uses"))
    nobody.press("email_marketing", "yes")
    assert said(ada)[-1][:2] == ("given", "email_marketing")
    for closed in ("/data", "/requests", "/activity", "/receipts"):
        assert nobody.get(closed).status_code == 302, closed
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert nobody.get("/uses").status_code == 302


def test_a_manage_link_ends_after_thirty_days(ada: UUID, nobody: Browser) -> None:
    at = timezone.now() - timedelta(days=31)
    assert nobody.post(link_for(ada, Scope(), kind="manage", at=at)).status_code == 404


def test_a_manage_link_can_stop_as_well(ada: UUID, nobody: Browser) -> None:
    token = link_for(ada, Scope(), kind="manage").rsplit("/", 1)[1]
    assert nobody.post(f"/stop/{token}", ONE_CLICK).status_code == 200
    assert said(ada)[-1][:2] == ("objected", None)


def test_only_a_fingerprint_is_kept_and_it_goes_in_time(cleo: UUID) -> None:
    token = link_for(cleo).rsplit("/", 1)[1]
    row = StopLink.objects.values().get()
    assert token not in str(row) and len(token) == 43
    ends = row["expires_at"]
    assert stop_links.drop_expired(at=ends - timedelta(seconds=1)) == 0
    assert stop_links.drop_expired(at=ends) == 1


def test_the_table_refuses_a_third_kind(cleo: UUID) -> None:
    with pytest.raises(IntegrityError):
        link_for(cleo, kind="grant")


def test_an_erased_person_is_told_that_it_is_stopped(cleo: UUID, nobody: Browser) -> None:
    path = link_for(cleo)
    say(cleo, "erased")
    with zeal_context():
        subjects.mark_erased(subject_id=cleo, at=timezone.now())
    answer = nobody.post(path, ONE_CLICK)
    assert answer.status_code == 200 and "Already stopped" in html(answer)


def test_two_people_never_share_a_link(cleo: UUID) -> None:
    other = bring_in("US-CA")
    assert link_for(cleo) != link_for(other)


@pytest.mark.parametrize("url", ["https://x.example/stop/a>b", "https://x/\r\nBcc: y", "stop/abc"])
def test_no_header_is_made_of_what_could_break_out(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        one_click.mail_headers(url)


def test_the_page_is_where_the_headers_say(settings) -> None:
    url = one_click.address("https://say.example/", "abc")
    assert url == "https://say.example/stop/abc"
    assert one_click.mail_headers(url) == {
        "List-Unsubscribe": "<https://say.example/stop/abc>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
