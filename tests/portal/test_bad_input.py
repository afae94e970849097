"""What a page sends that is not as the page was made saves no Yes, says why, and loses no No."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from consent.models import ConsentEvent
from profiles.queries import vault
from tests.cast import bring_in, say
from tests.consent.test_snapshots import made_for, token
from tests.portal.conftest import Browser
from tests.portal.test_surveys import PAGE
from tests.portal.test_uses import html, said

MOVED = "Something changed since this page was shown"
NOT_SHOWN = "Not saved: the page was more than a day old, or its wording has changed."


@pytest.mark.parametrize("epoch", ["", "soon", "-1", "1.5", "9" * 40, "٣", "999"])
def test_a_yes_from_a_page_without_its_state_saves_nothing(
    at_ben: Browser, ben: UUID, epoch: str
) -> None:
    page = html(at_ben.press("recommendations", "yes", epoch=epoch))
    assert MOVED in page
    assert said(ben) == []


def test_a_yes_with_the_token_of_another_person_saves_nothing(at_ben: Browser, ben: UUID) -> None:
    page = html(at_ben.press("recommendations", "yes", shown=token(bring_in("EU-DE"))))
    assert NOT_SHOWN in page
    assert said(ben) == []


@pytest.mark.parametrize("kind", ["of another surface", "of words that were over", "of no words"])
def test_a_yes_with_a_good_token_for_the_wrong_words_saves_nothing(
    at_ben: Browser, ben: UUID, kind: str
) -> None:
    wrong = {
        "of another surface": lambda: token(ben, surface="shop_page"),
        "of words that were over": lambda: token(ben, version=1),
        "of no words": lambda: made_for(ben),
    }[kind]()
    page = html(at_ben.press("recommendations", "yes", shown=wrong))
    assert NOT_SHOWN in page
    assert said(ben) == []


@pytest.mark.parametrize(
    "fields", [{"shown": "forged"}, {"epoch": "soon"}, {"shown": "", "epoch": ""}]
)
def test_a_no_is_taken_whatever_the_page_says(
    at_ada: Browser, ada: UUID, fields: dict[str, str]
) -> None:
    at_ada.press("recommendations", "no", **fields)
    assert said(ada)[-1] == "withdrawn"


def test_one_press_answers_one_use(at_ben: Browser, ben: UUID) -> None:
    at_ben.press("recommendations", "yes", purposes="sale", uses="sale")
    events = ConsentEvent.objects.filter(subject=ben).select_related("purpose")
    assert [event.purpose.name for event in events if event.purpose] == ["recommendations"]


def survey(browser: Browser, **fields: str) -> str:
    context = browser.get(PAGE).context
    sent = {
        "decision": "yes", "value": "35-44", "shown": context["card"].token,
        "epoch": str(context["standing"].epoch),
    }  # fmt: skip
    place = f"{PAGE}/{context['progress'].field.attribute}"
    return html(browser.post(place, sent | fields, follow=True))


def test_an_older_survey_cannot_come_back_over_a_newer_no(at_ben: Browser, ben: UUID) -> None:
    before = str(at_ben.get(PAGE).context["standing"].epoch)
    say(ben, "refused", "recommendations")
    assert MOVED in survey(at_ben, epoch=before)
    assert said(ben) == ["refused"]
    assert vault.inventory(ben) == {}


@pytest.mark.parametrize("epoch", ["", "soon"])
def test_a_survey_without_its_state_saves_nothing(at_ben: Browser, ben: UUID, epoch: str) -> None:
    assert MOVED in survey(at_ben, epoch=epoch)
    assert said(ben) == []


def test_a_survey_with_words_of_another_place_saves_nothing(at_ben: Browser, ben: UUID) -> None:
    assert NOT_SHOWN in survey(at_ben, shown=token(ben, surface="shop_page"))
    assert said(ben) == []
    assert vault.inventory(ben) == {}


@pytest.mark.parametrize("length", ["", "forever", "2999-01-01", "-1", "0"])
def test_a_stop_of_an_absurd_length_is_refused(at_ben: Browser, ben: UUID, length: str) -> None:
    answer = at_ben.post("/pause", {"what": "*", "length": length, "confirmed": "yes"})
    assert answer.status_code == 422
    assert said(ben) == []


def test_a_page_of_tomorrow_saves_nothing(at_ben: Browser, ben: UUID) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        early = token(ben)
    assert NOT_SHOWN in html(at_ben.press("recommendations", "yes", shown=early))
    assert said(ben) == []
