"""Activity, data, receipts and reasons: one's own, and nobody else's."""

import re
from uuid import UUID, uuid4

from django.utils import timezone

from audit import queries as log
from consent.actions.asking import ask
from consent.models import ConsentEvent
from keys import queries as keys
from profiles.actions import vault
from tests.cast import question, say
from tests.portal.conftest import Browser


def html(response) -> str:
    return response.content.decode()


def test_a_receipt_shows_the_exact_words_and_belongs_to_one_person(
    at_ada: Browser, at_ben: Browser, ada: UUID
) -> None:
    event = ConsentEvent.objects.get(subject=ada)
    page = html(at_ada.get(f"/receipts/{event.pk}"))
    text = event.notice.texts.get(language="en")
    assert text.title in page and all(row in page for row in text.rows.values())
    assert bytes(text.content_hash).hex() in page
    assert at_ben.get(f"/receipts/{event.pk}").status_code == 404
    assert at_ben.get(f"/receipts/{uuid4()}").status_code == 404
    assert html(at_ada.get("/receipts")).count(str(event.pk)) == 1


def test_my_data_shows_my_values_masked_and_on_record(at_ada: Browser, ada: UUID) -> None:
    page = html(at_ada.get("/data"))
    assert "Ada Lark" in page and "45-54" in page
    assert "ada@lark.example" not in page and "a•••@lark.example" in page
    assert "ada@lark.example" in html(at_ada.get("/data?show=all"))
    looked = [
        found for found in log.events(limit=10) if found.facts.get("feature") == "portal.data"
    ]
    assert [found.facts["purpose"] for found in looked] == ["rights_fulfilment"] * 2
    assert all(found.tag == keys.subject_tag(ada, at=timezone.now()) for found in looked)


def test_my_purchases_by_department_and_month(at_ada: Browser, ada: UUID) -> None:
    page = html(at_ada.get("/data"))
    assert "/data/purchases/produce" in page
    month = html(at_ada.get("/data/purchases/produce"))
    assert "1.99" in month
    assert at_ada.get("/data/purchases/no_such_thing").status_code == 404
    assert "We hold no purchases" in html(at_ada.get("/data/purchases/fuel"))


def test_a_person_with_nothing_reads_why_it_is_empty(at_ben: Browser) -> None:
    page = html(at_ben.get("/data"))
    assert "Nothing here. When you tell us something" in page
    assert "No receipts yet" in html(at_ben.get("/receipts"))
    assert "No requests yet" in html(at_ben.get("/requests"))


def test_values_are_escaped(at_ben: Browser, ben: UUID) -> None:
    vault.write(
        subject_id=ben,
        values={"name": "<script>x</script>"},
        source="<b>",
        by="t",
        at=timezone.now(),
    )
    page = html(at_ben.get("/data"))
    assert "<script>x" not in page and "<b>," not in page


def test_activity_shows_allowed_blocked_and_said(at_ada: Browser, ada: UUID) -> None:
    ask(question=question(ada), at=timezone.now())
    ask(question=question(ada, purpose="targeted_ads", recipient="northwind"), at=timezone.now())
    page = html(at_ada.get("/activity"))
    assert "Journey Market</strong> may use Purchases" in page
    assert "Northwind Advertising</strong> asked for Purchases" in page
    assert "■ Blocked" in page and "● Allowed" in page
    assert "You said Yes to" in page
    blocked = html(at_ada.get("/activity?show=blocked"))
    assert "Northwind" in blocked and "may use" not in blocked
    assert "You said Yes" in html(at_ada.get("/activity?show=choices"))


def test_equal_lines_of_a_day_are_counted_together(at_ada: Browser, ada: UUID) -> None:
    for _ in range(3):
        ask(question=question(ada), at=timezone.now())
    page = html(at_ada.get("/activity?show=uses"))
    assert page.count("may use Purchases") == 1 and "3 times" in page


def test_activity_never_shows_another_person(at_ben: Browser, ada: UUID) -> None:
    ask(question=question(ada), at=timezone.now())
    page = html(at_ben.get("/activity"))
    assert "may use" not in page
    theirs = next(
        e for e in log.events(limit=20) if e.tag == keys.subject_tag(ada, at=timezone.now())
    )
    assert at_ben.get(f"/activity/{theirs.id}/proof").status_code == 404
    assert at_ben.get(f"/activity/{uuid4()}/proof").status_code == 404


def test_an_entry_not_yet_sealed_says_so(at_ada: Browser, ada: UUID) -> None:
    ruling = ask(question=question(ada), at=timezone.now())
    assert "Not yet sealed" in html(at_ada.get(f"/activity/{ruling.event}/proof"))


def test_reasons_are_for_the_one_they_were_given_to(at_ada: Browser, at_ben: Browser) -> None:
    page = html(at_ada.get("/shop"))
    link = re.search(r'href="(/why/[^"#]+)"', page)
    assert link and "too few to go by" in page
    assert "No data of yours was used" not in page
    why = html(at_ada.get(link.group(1)))
    assert "Fruit and vegetables" in why and "data-consent-choice" in why
    assert at_ben.get(link.group(1)).status_code == 404
    assert at_ada.get(f"/why/{uuid4()}").status_code == 404
    assert at_ada.get(f"/why/dec_{uuid4().hex}").status_code == 404


def test_the_shop_page_without_a_yes_is_not_personal_and_says_why(
    at_ben: Browser, ben: UUID
) -> None:
    page = html(at_ben.get("/shop"))
    assert "This page is not personal" in page and "you have not allowed this" in page
    say(ben, "refused", "recommendations")
    assert "you said No" in html(at_ben.get("/shop"))


def test_a_stranger_sees_the_shop_of_everybody(nobody: Browser) -> None:
    page = html(nobody.get("/shop"))
    assert "This page is not personal" in page and "Why this?" not in page


def test_the_overview_is_one_true_sentence(at_ada: Browser, at_ben: Browser, ada: UUID) -> None:
    page = html(at_ada.get("/"))
    assert "Hello Ada." in page
    assert "We use 3 kinds of your data for 1 thing. No other company may have any of it." in page
    assert "We use none of your data for anything optional" in html(at_ben.get("/"))


def test_the_overview_counts_in_ukrainian(at_ada: Browser) -> None:
    page = html(at_ada.get("/", headers={"Accept-Language": "uk"}))
    assert "3 види ваших даних" in page
