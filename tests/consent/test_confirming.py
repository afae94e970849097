"""Double opt-in and the two steps of opting in again: nothing holds before the second step."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from zeal import zeal_context

from consent.actions import asking, confirming, recording
from consent.acts import Act
from consent.errors import ConsentRefused
from consent.models import ConsentEvent
from consent.questions import Ruling
from tests.cast import question, say
from tests.partners import EVALUATION, Partner
from tests.partners import question as rest_question

pytestmark = pytest.mark.django_db
EVENTS = "/v1/consent-events"


def said_yes(subject_id: UUID) -> ConsentEvent:
    act = Act(
        state="given", purpose="email_marketing", notice=1, language="en", channels=("email",)
    )
    at = timezone.now()
    with zeal_context():
        return recording.record(subject_id=subject_id, act=act, by="shop-app", at=at).event


def press(event: ConsentEvent) -> recording.Receipt | None:
    token = confirming.confirmation_token(event.pk)
    with zeal_context():
        return confirming.confirm(token=token, at=timezone.now())


def may_mail(subject_id: UUID) -> Ruling:
    asked = question(subject_id, "email", purpose="email_marketing", channel="email")
    return asking.ask(question=asked, at=timezone.now())


def test_a_yes_by_mail_waits_for_its_confirmation_where_the_law_wants_it(ben: UUID) -> None:
    event = said_yes(ben)
    before = may_mail(ben)
    press(event)

    assert event.state == "waiting"
    assert (before.permitted, before.reason_code) == (False, "CONSENT_PENDING")
    assert before.attributes["email"].detail == "waiting_for_confirmation"
    assert may_mail(ben).permitted


def test_elsewhere_it_holds_at_once(cleo: UUID) -> None:
    assert said_yes(cleo).state == "given"


def test_a_second_press_records_nothing(ben: UUID) -> None:
    event = said_yes(ben)
    first, second = press(event), press(event)

    assert first is not None and second is None
    assert ConsentEvent.objects.filter(subject_id=ben).count() == 2


def test_a_no_in_between_ends_the_wait(ben: UUID) -> None:
    event = said_yes(ben)
    say(ben, "refused", "email_marketing")

    with pytest.raises(ConsentRefused) as refused:
        confirming.confirm(token=confirming.confirmation_token(event.pk), at=timezone.now())
    assert refused.value.code == "CONFIRMATION_OVER"
    assert not may_mail(ben).permitted


def test_after_a_week_no_answer_means_no(ben: UUID) -> None:
    event = said_yes(ben)
    late = timezone.now() + timedelta(days=7, seconds=1)

    with pytest.raises(ConsentRefused, match="nothing to confirm"):
        confirming.confirm(token=confirming.confirmation_token(event.pk), at=late)


@pytest.mark.parametrize("token", ["", "x", "0" * 32, "0" * 32 + ":forged"])
def test_a_forged_link_confirms_nothing(ben: UUID, token: str) -> None:
    with pytest.raises(ConsentRefused) as refused:
        confirming.confirm(token=token, at=timezone.now())
    assert refused.value.code == "CONFIRMATION_UNKNOWN"


def test_a_partner_gets_the_link_to_send(shop_app: Partner, ben: UUID) -> None:
    person = shop_app.id_of(ben)
    yes = {
        "subject": person, "state": "given", "purpose": "email_marketing", "language": "en",
        "notice": "email_marketing@1", "channels": ["email"],
    }  # fmt: skip

    body = shop_app.post(EVENTS, yes).json()

    assert body["receipt"]["state"] == "waiting"
    assert "/confirm/" in body["confirmation"]["url"]


def test_opting_in_again_takes_two_steps(shop_app: Partner, cleo: UUID) -> None:
    person = shop_app.id_of(cleo)
    say(cleo, "opted_out")
    asked = rest_question(person, "targeted_ads")
    opt_in = {
        "subject": person, "state": "opted_in", "purpose": "targeted_ads", "language": "en",
        "notice": "targeted_ads@1",
    }  # fmt: skip

    first = shop_app.post(EVENTS, opt_in)
    between = shop_app.post(EVALUATION, asked).json()["decision"]
    token = first.json()["confirm_token"]
    other = shop_app.post(EVENTS, opt_in | {"attributes": ["purchases"], "confirm_token": token})
    second = shop_app.post(EVENTS, opt_in | {"confirm_token": token})

    assert (first.status_code, first.json()["code"]) == (409, "CONFIRMATION_NEEDED")
    assert between is False
    assert other.status_code == 409
    assert second.status_code == 201
    assert shop_app.post(EVALUATION, asked).json()["decision"] is True


def test_a_parents_yes_needs_evidence_and_a_childs_does_not_replace_it(
    shop_app: Partner, dan: UUID
) -> None:
    person = shop_app.id_of(dan)
    yes = {
        "subject": person, "state": "given", "purpose": "recommendations", "language": "en",
        "notice": "recommendations@2",
    }  # fmt: skip

    own = shop_app.post(EVENTS, yes)
    alone = shop_app.post(EVALUATION, rest_question(person)).json()
    unproven = shop_app.post(EVENTS, yes | {"actor": "guardian"})
    proven = shop_app.post(EVENTS, yes | {"actor": "guardian", "evidence": "case:guardian/71"})

    assert own.status_code == 201
    assert alone["context"]["reason_code"] == "PARENTAL_CONSENT_REQUIRED"
    assert (unproven.status_code, unproven.json()["code"]) == (422, "EVIDENCE_MISSING")
    assert proven.status_code == 201
    assert shop_app.post(EVALUATION, rest_question(person)).json()["decision"] is True


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"state": "level_set"}, "LEVEL_UNKNOWN"),
        ({"state": "level_set", "level": 5}, "LEVEL_UNKNOWN"),
        ({"state": "cap_set", "cap": {"times": 1, "days": 4000}}, "CAP_UNKNOWN"),
        ({"state": "stopped", "until": "2001-01-01T00:00:00Z"}, "INVALID_TIME"),
        ({"state": "stopped", "until": "2999-01-01T00:00:00Z"}, "INVALID_TIME"),
    ],
)
def test_absurd_bounds_are_refused(
    shop_app: Partner, ben: UUID, sent: dict[str, object], code: str
) -> None:
    answer = shop_app.post(EVENTS, sent | {"subject": shop_app.id_of(ben)})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not ConsentEvent.objects.exists()


def test_a_stop_beats_a_yes_at_the_gate_and_says_so(shop_app: Partner, ada: UUID) -> None:
    person = shop_app.id_of(ada)
    until = (timezone.now() + timedelta(days=90)).isoformat()

    stopped = shop_app.post(EVENTS, {"subject": person, "state": "stopped", "until": until})
    shop_app.post(EVENTS, {"subject": person, "state": "resumed"})
    answer = shop_app.post(EVALUATION, rest_question(person)).json()

    assert stopped.status_code == 201
    assert answer["context"]["reason_code"] == "PROCESSING_RESTRICTED"
    assert answer["context"]["detail"] == "hard_stop"


def test_a_stale_epoch_comes_back_with_the_newer_state(shop_app: Partner, ben: UUID) -> None:
    yes = {
        "subject": shop_app.id_of(ben), "state": "given", "purpose": "recommendations",
        "language": "en", "notice": "recommendations@2", "if_epoch": 99,
    }  # fmt: skip
    answer = shop_app.post(EVENTS, yes)

    assert (answer.status_code, answer.json()["code"]) == (409, "STALE_EPOCH")
    assert answer.json()["state"]["epoch"] == 1
    assert answer.json()["state"]["purposes"]
