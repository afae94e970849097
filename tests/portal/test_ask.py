"""The one question on the overview: equal answers, closable, and never twice."""

import re
from uuid import UUID

from consent.models import Ask
from tests.portal.conftest import Browser
from tests.portal.test_uses import html, said


def test_the_overview_puts_at_most_one_question(at_ben: Browser) -> None:
    page = html(at_ben.get("/"))
    assert page.count("data-consent-choice") == 1
    assert re.findall(r'name="decision" value="(\w+)" aria-pressed="(\w+)"', page) == [
        ("no", "false"),
        ("yes", "false"),
    ]
    assert html(at_ben.get("/")).count("data-consent-choice") == 1
    assert Ask.objects.count() == 1


def test_an_answer_ends_it_and_no_other_question_follows(at_ben: Browser, ben: UUID) -> None:
    card = at_ben.get("/").context["waiting"]
    at_ben.post(
        f"/uses/{card.use.code}/answer", {"decision": "no", "shown": card.token, "next": "/"}
    )
    assert said(ben) == ["refused"]
    assert "data-consent-choice" not in html(at_ben.get("/"))


def test_closing_is_no_answer(at_ben: Browser, ben: UUID) -> None:
    ask = at_ben.get("/").context["ask"]
    page = html(at_ben.post(f"/asks/{ask.id}/close", follow=True))
    assert "That is no answer" in page
    assert "data-consent-choice" not in page
    assert said(ben) == ["deferred"]


def test_somebody_elses_question_cannot_be_closed(at_ben: Browser, at_ada: Browser) -> None:
    ask = at_ben.get("/").context["ask"]
    assert at_ada.post(f"/asks/{ask.id}/close").status_code == 404


def test_the_welcome_of_a_visitor_asks_nothing(nobody: Browser) -> None:
    assert "data-consent-choice" not in html(nobody.get("/"))
