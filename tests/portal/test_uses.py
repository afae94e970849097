"""No and Yes: equal on the page, recorded at once, never more than was said."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import time_machine
from django.utils import timezone

from consent.models import ConsentEvent
from consent.queries import uses
from profiles.models import User
from tests.cast import given, say
from tests.consent import brands
from tests.portal.conftest import Browser

ASKED = 10


def html(response) -> str:
    return response.content.decode()


def said(subject_id: UUID) -> list[str]:
    events = ConsentEvent.objects.filter(subject=subject_id).order_by("recorded_at", "id")
    return list(events.values_list("state", flat=True))


def use_of(subject_id: UUID, purpose: str = "recommendations") -> uses.Use:
    found = uses.standing(subject_id=subject_id, language="en", at=timezone.now()).use(purpose)
    assert found is not None
    return found


def test_every_card_asks_in_six_rows_with_no_first_and_nothing_pressed(at_ben: Browser) -> None:
    page = html(at_ben.get("/uses"))
    cards = re.findall(r"<article.*?</article>", page, re.S)
    assert len(cards) == ASKED
    for card in cards:
        assert len(re.findall(r"<dt>", card)) == 6
        assert all(len(text) <= 140 for text in re.findall(r"<dd>(.*?)</dd>", card))
        buttons = re.findall(r'<button name="decision" value="(\w+)" aria-pressed="(\w+)"', card)
        assert buttons == [("no", "false"), ("yes", "false")]
        assert "treated as No" in card
        assert 'role="switch"' not in card and "checkbox" not in card


def test_pages_of_uses_exist_in_ukrainian_with_their_words(at_ben: Browser) -> None:
    page = html(at_ben.get("/uses", headers={"Accept-Language": "uk"}))
    assert "Пропонувати товари" in page
    assert '<html lang="uk">' in page


def test_no_after_yes_stops_it_at_once_and_says_so(at_ada: Browser, ada: UUID) -> None:
    assert use_of(ada).active
    page = html(at_ada.press("recommendations", "no"))
    assert not use_of(ada).active
    assert said(ada)[-1] == "withdrawn"
    assert "Stopped since" in page and "everywhere with us" in page
    assert re.search(r"Receipt R-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}", page)
    assert re.search(r'value="no" aria-pressed="true"', page)


def test_a_first_no_is_a_refusal(at_ben: Browser, ben: UUID) -> None:
    at_ben.press("recommendations", "no")
    assert said(ben) == ["refused"]


def test_a_repeated_no_says_so_and_writes_nothing(at_ada: Browser, ada: UUID) -> None:
    at_ada.press("recommendations", "no")
    before = said(ada)
    page = html(at_ada.press("recommendations", "no"))
    assert "already. Nothing changed" in page
    assert said(ada) == before


def test_yes_is_bound_to_the_words_that_were_shown(at_ben: Browser, ben: UUID) -> None:
    page = html(at_ben.press("recommendations", "yes"))
    event = ConsentEvent.objects.get(subject=ben)
    assert (event.state, event.notice.version, event.language) == ("given", 2, "en")
    assert event.shown_at is not None
    assert use_of(ben).active
    assert "Active since" in page


def test_yes_in_ukrainian_is_to_the_ukrainian_words(at_ben: Browser, ben: UUID) -> None:
    at_ben.cookies["django_language"] = "uk"
    at_ben.press("recommendations", "yes")
    assert ConsentEvent.objects.get(subject=ben).language == "uk"


def test_yes_without_the_shown_words_saves_nothing(at_ben: Browser, ben: UUID) -> None:
    for token in ("", "forged", "a:b:c"):
        page = html(at_ben.press("recommendations", "yes", shown=token))
        assert "Not saved" in page
    assert said(ben) == []


def test_yes_to_the_words_of_another_use_saves_nothing(at_ben: Browser, ben: UUID) -> None:
    other = at_ben.get("/uses/email_marketing").context["card"].token
    at_ben.press("recommendations", "yes", shown=other)
    assert said(ben) == []


def test_yes_on_a_page_of_the_day_before_yesterday_saves_nothing(
    at_ben: Browser, ben: UUID
) -> None:
    token = at_ben.get("/uses/recommendations").context["card"].token
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        at_ben.enter(User.objects.get(subject=ben))
        at_ben.press("recommendations", "yes", shown=token)
    assert said(ben) == []


def test_an_older_yes_cannot_come_back_over_a_newer_no(at_ben: Browser, ben: UUID) -> None:
    before = at_ben.get("/uses/recommendations").context["standing"].epoch
    at_ben.press("recommendations", "no")
    page = html(at_ben.press("recommendations", "yes", epoch=str(before)))
    assert "Something changed since this page was shown" in page
    assert said(ben) == ["refused"]


def test_a_no_is_never_held_up_by_age_or_a_stale_page(at_ada: Browser, ada: UUID) -> None:
    at_ada.press("recommendations", "no", epoch="0", shown="")
    assert said(ada)[-1] == "withdrawn"


def test_closing_the_page_says_nothing(at_ben: Browser, ben: UUID) -> None:
    at_ben.get("/uses")
    at_ben.get("/uses/recommendations/answer")
    assert at_ben.post("/uses/recommendations/answer", {}).status_code == 404
    assert at_ben.post("/uses/recommendations/answer", {"decision": "maybe"}).status_code == 404
    assert said(ben) == []


def test_what_is_not_asked_cannot_be_answered(at_ben: Browser, ben: UUID) -> None:
    assert at_ben.post("/uses/tax_records/answer", {"decision": "yes"}).status_code == 404
    assert at_ben.post("/uses/no_such_use/answer", {"decision": "no"}).status_code == 404
    assert said(ben) == []


def test_one_department_can_be_left_out_and_taken_back_in(at_ada: Browser, ada: UUID) -> None:
    page = html(at_ada.press("recommendations", "no", part="purchases.spirits"))
    left = {scope.code for scope in use_of(ada).exceptions}
    assert left == {"purchases.spirits"}
    assert use_of(ada).active
    assert "Beer, wine and spirits" in page and "You said Yes, with exceptions" in page
    at_ada.press("recommendations", "yes", part="purchases.spirits")
    assert not use_of(ada).exceptions


def test_yes_to_all_does_not_lift_a_no_to_one_part(at_ada: Browser, ada: UUID) -> None:
    at_ada.press("recommendations", "no", part="purchases.spirits")
    at_ada.press("recommendations", "no")
    at_ada.press("recommendations", "yes")
    assert {scope.code for scope in use_of(ada).exceptions} == {"purchases.spirits"}


def test_a_part_that_the_use_does_not_have_is_not_there(at_ada: Browser, ada: UUID) -> None:
    before = said(ada)
    response = at_ada.press("recommendations", "no", part="phone")
    assert response.status_code == 404
    assert said(ada) == before


def test_a_yes_to_a_part_of_new_wording_is_no_yes_to_it(at_ben: Browser, ben: UUID) -> None:
    given(ben, notice=1, shown_at=datetime(2017, 1, 1, tzinfo=UTC))
    say(ben, "withdrawn", "recommendations", attributes=("age_band",))
    assert not use_of(ben).active
    at_ben.press("recommendations", "yes", part="age_band")
    assert not use_of(ben).active
    assert "wording changed" in html(at_ben.get("/uses/recommendations"))


def test_california_may_run_until_no_and_the_card_says_so(at_cleo: Browser, cleo: UUID) -> None:
    assert use_of(cleo).active
    assert "in use until you say No" in html(at_cleo.get("/uses/recommendations"))
    at_cleo.press("recommendations", "no")
    assert not use_of(cleo).active


def test_after_an_opt_out_a_yes_to_selling_takes_a_second_press(
    at_cleo: Browser, cleo: UUID
) -> None:
    say(cleo, "opted_out")
    page = html(at_cleo.press("sale", "yes"))
    assert "Nothing is saved yet" in page
    assert said(cleo) == ["opted_out"]
    assert not use_of(cleo, "sale").active
    at_cleo.press("sale", "yes", confirmed="yes")
    assert said(cleo) == ["opted_out", "opted_in"]
    assert use_of(cleo, "sale").active


def test_no_to_selling_takes_one_press(at_cleo: Browser, cleo: UUID) -> None:
    assert use_of(cleo, "sale").active
    at_cleo.press("sale", "no")
    assert not use_of(cleo, "sale").active


def test_a_minors_yes_is_kept_and_the_page_says_why_it_is_not_used(
    at_dan: Browser, dan: UUID
) -> None:
    page = html(at_dan.press("recommendations", "yes"))
    assert not use_of(dan).active
    assert "it is not used" in page


def test_the_card_says_what_the_gate_says(at_ada: Browser, at_ben: Browser) -> None:
    for browser in (at_ada, at_ben):
        for use in browser.get("/uses").context["standing"].uses:
            shown = html(browser.get(f"/uses/{use.code}"))
            assert ("treated as No" in shown) <= (not use.active)


def test_after_an_answer_one_returns_to_the_page_where_it_was_given(at_ben: Browser) -> None:
    page = at_ben.get("/uses")
    token = page.context["groups"].ours[0].token
    sent = {"decision": "no", "shown": token, "next": "/uses#recommendations"}
    answer = at_ben.post("/uses/recommendations/answer", sent)
    assert answer["Location"] == "/uses#recommendations"
    away = {"decision": "no", "next": "//elsewhere.example/"}
    assert at_ben.post("/uses/recommendations/answer", away)["Location"].startswith("/uses/")


def test_uses_of_two_brands_are_shown_by_brand_and_answered_apart(
    at_ben: Browser, ben: UUID
) -> None:
    assert "Journey Market: " not in html(at_ben.get("/uses"))
    brands.load(brands.two_brands())
    page = html(at_ben.get("/uses"))
    assert page.index("Journey Market: Only if you say yes") < page.index(
        "Deli House: Only if you say yes"
    )
    assert len(re.findall(r"<article", page)) == ASKED + 1
    assert len(re.findall(r'id="ours-(\w+)"', page)) == 2
    at_ben.press(brands.THEIRS, "yes")
    assert use_of(ben, brands.THEIRS).active
    assert not use_of(ben).active
    assert "Deli House" in html(at_ben.get(f"/uses/{brands.THEIRS}"))
