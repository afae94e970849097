"""How personal, how often, and stops that bind: ceilings that never grant."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone
from zeal import zeal_context, zeal_ignore

from consent.actions import recording
from consent.actions.asking import ask
from consent.acts import Act
from consent.models import ConsentEvent
from profiles.models import User
from tests.cast import question, say
from tests.portal.conftest import Browser
from tests.portal.test_uses import html, said, use_of


def permitted(subject_id: UUID, channel: str | None = "shop_page") -> bool:
    asked = question(subject_id, "purchases.produce", channel=channel)
    with zeal_ignore():
        return ask(question=asked, at=timezone.now()).permitted


def set_level(browser: Browser, channel: str, level: int, **fields: str) -> str:
    return html(browser.post(f"/levels/{channel}", {"level": str(level)} | fields, follow=True))


def test_every_channel_has_five_steps_and_works_as_a_form(at_ada: Browser) -> None:
    page = html(at_ada.get("/levels"))
    channels = len(re.findall(r'<section class="card stack" id="', page))
    assert channels == 16
    assert len(re.findall(r'type="radio" name="level"', page)) == 5 * channels
    assert page.count(" checked") == channels


def test_going_down_holds_at_once_on_that_channel(at_ada: Browser, ada: UUID) -> None:
    assert permitted(ada)
    page = set_level(at_ada, "shop_page", 2)
    assert "is set to “What I told you”" in page
    assert said(ada)[-1] == "level_set"
    assert not permitted(ada)
    assert permitted(ada, "email")
    # Because a use that names no channel may happen on any of them.
    assert not permitted(ada, None)


def test_going_up_shows_first_what_it_would_read_and_grants_nothing(
    at_ada: Browser, ada: UUID
) -> None:
    set_level(at_ada, "shop_page", 0)
    before = said(ada)
    page = set_level(at_ada, "shop_page", 3)
    assert said(ada) == before and not permitted(ada)
    assert "What this step would newly read here" in page
    assert re.findall(r'name="decision" value="(\w+)"', page)[:2] == ["no", "yes"]
    set_level(at_ada, "shop_page", 3, confirmed="yes")
    assert permitted(ada)


def test_the_highest_step_permits_nothing_to_somebody_who_said_nothing(
    at_ben: Browser, ben: UUID
) -> None:
    set_level(at_ben, "shop_page", 0)
    page = set_level(at_ben, "shop_page", 4)
    assert "The step alone permits nothing." in page
    set_level(at_ben, "shop_page", 4, confirmed="yes")
    assert not permitted(ben)


def test_a_low_step_on_one_channel_does_not_make_a_card_say_stopped(
    at_ada: Browser, ada: UUID
) -> None:
    set_level(at_ada, "email", 0)
    assert use_of(ada).active
    at_ada.post("/levels/nothing")
    assert not use_of(ada).active


def test_every_channel_to_nothing_in_one_press(at_ada: Browser, ada: UUID) -> None:
    set_level(at_ada, "email", 3)
    at_ada.post("/levels/nothing")
    for channel in ("shop_page", "email", "cashier", None):
        assert not permitted(ada, channel)
    assert "Set every channel to 0" not in html(at_ada.get("/levels"))


def test_a_step_or_channel_that_does_not_exist_changes_nothing(at_ada: Browser, ada: UUID) -> None:
    before = said(ada)
    assert at_ada.post("/levels/shop_page", {"level": "9"}).status_code == 404
    assert at_ada.post("/levels/telepathy", {"level": "1"}).status_code == 404
    assert at_ada.post("/levels/shop_page/often", {"often": "week"}).status_code == 404
    assert at_ada.post("/levels/email/often", {"often": "hourly"}).status_code == 404
    assert said(ada) == before


def test_at_most_one_a_week_is_kept(at_ada: Browser, ada: UUID) -> None:
    page = html(at_ada.post("/levels/email/often", {"often": "week"}, follow=True))
    assert "At most 1 a week" in page
    assert re.search(r'value="week" selected', page)
    assert [permitted(ada, "email") for _ in range(2)] == [True, False]
    at_ada.post("/levels/email/often", {"often": "any"})
    assert permitted(ada, "email")


def test_a_stop_is_confirmed_once_and_says_before_when_it_ends(at_ada: Browser, ada: UUID) -> None:
    before = said(ada)
    page = html(at_ada.post("/pause", {"what": "*", "length": "week"}))
    assert "Nothing is stopped yet" in page and "neither you nor we can lift it" in page
    assert said(ada) == before and permitted(ada)
    page = html(
        at_ada.post("/pause", {"what": "*", "length": "week", "confirmed": "yes"}, follow=True)
    )
    assert "Nobody can lift it earlier." in page
    assert not permitted(ada)
    event = ConsentEvent.objects.filter(subject=ada).latest("recorded_at")
    assert event.until is not None
    assert timedelta(days=6) < event.until - timezone.now() <= timedelta(days=7)


def test_a_stop_cannot_be_lifted_earlier_and_ends_by_itself(at_ada: Browser, ada: UUID) -> None:
    at_ada.post("/pause", {"what": "*", "length": "week", "confirmed": "yes"})
    assert "Lift it" not in html(at_ada.get("/pause"))
    at_ada.post("/pause/lift", {"what": "*"})
    at_ada.press("recommendations", "yes")
    set_level(at_ada, "shop_page", 4, confirmed="yes")
    assert not permitted(ada)
    with zeal_ignore(), time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        at_ada.enter(User.objects.get(subject=ada))
        assert permitted(ada)


def test_a_stop_of_one_channel_leaves_the_others(at_ada: Browser, ada: UUID) -> None:
    at_ada.post("/pause", {"what": "email", "length": "month", "confirmed": "yes"})
    assert not permitted(ada, "email")
    assert permitted(ada)
    assert "stopped until" in html(at_ada.get("/levels"))


def test_an_open_stop_can_be_lifted_here(at_ada: Browser, ada: UUID) -> None:
    say(ada, "stopped")
    assert "Lift it" in html(at_ada.get("/pause"))
    at_ada.post("/pause/lift", {"what": "*"})
    assert permitted(ada)


@pytest.mark.parametrize("sent", [{}, {"what": "*"}, {"what": "nowhere", "length": "week"}])
def test_a_stop_without_what_or_how_long_is_not_guessed(
    at_ada: Browser, ada: UUID, sent: dict[str, str]
) -> None:
    answer = at_ada.post("/pause", sent)
    assert answer.status_code == 422
    assert "Choose what to stop" in html(answer)
    assert permitted(ada)


@pytest.mark.parametrize("language", ["en", "uk"])
def test_receipts_have_words_for_them(at_ada: Browser, ada: UUID, language: str) -> None:
    until = timezone.now() + timedelta(days=3)
    for act in (
        Act(state="level_set", level=2, channels=("email",)),
        Act(state="cap_set", cap=(1, 7), channels=("email",)),
        Act(state="stopped", until=until, channels=("sms",)),
        Act(state="resumed", channels=("sms",)),
    ):
        with zeal_context():
            recording.record(subject_id=ada, act=act, by="portal", at=timezone.now())
    page = html(at_ada.get("/receipts", headers={"Accept-Language": language}))
    for code in ("level_set", "cap_set", "stopped<", ">resumed"):
        assert code not in page
