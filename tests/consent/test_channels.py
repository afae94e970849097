"""Channels: a closed list, each gated on its own, and one that only a Yes by name opens."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from zeal import zeal_context

from consent.actions.asking import ask
from consent.actions.importing import PastAct, PersonActs, import_events
from consent.actions.recording import Act
from consent.errors import ConsentRefused
from consent.queries import catalogue as catalogues
from consent.questions import Ruling
from tests.cast import given, question, say
from tests.partners import Partner, check_problem
from tests.partners import question as body

pytestmark = pytest.mark.django_db

SENSING = "in_store_sensing"


def on(subject_id: UUID, channel: str | None, **changes: object) -> Ruling:
    put = question(subject_id, channel=channel, **changes)
    with zeal_context():
        return ask(question=put, at=timezone.now())


def test_the_list_is_closed_and_one_channel_is_off(catalogue: None) -> None:
    found = catalogues.catalogue().channels
    assert list(found) == [
        "shop_page", "pop_up", "email", "sms", "messenger", "web_push", "app_push", "social",
        "ad_audience", "post", "till_receipt", "cashier", "staff", "call_centre", "chat", SENSING,
    ]  # fmt: skip
    assert [code for code, entry in found.items() if entry.needs_named_yes] == [SENSING]
    assert all(0 <= entry.default_level <= 4 for entry in found.values())
    assert not found["post"].electronic and found["email"].electronic


def test_a_yes_to_one_channel_says_nothing_about_another(ben: UUID) -> None:
    given(ben, channels=("email",))
    assert on(ben, "email").permitted
    assert on(ben, "sms").reason_code == "CONSENT_SCOPE_MISMATCH"
    assert not on(ben, None).permitted
    given(ben, channels=("sms",))
    assert on(ben, "email").permitted and on(ben, "sms").permitted
    say(ben, "withdrawn", "recommendations", channels=("email",))
    assert not on(ben, "email").permitted
    assert on(ben, "sms").permitted


@pytest.mark.parametrize("channel", ["carrier_pigeon", "EMAIL", "e-mail"])
def test_an_unknown_channel_is_denied(ada: UUID, channel: str) -> None:
    assert on(ada, "email").permitted
    assert on(ada, channel).reason_code == "INVALID_REQUEST"


@pytest.mark.parametrize("state", ["given", "withdrawn", "objected"])
def test_an_unknown_channel_is_not_recorded(ben: UUID, state: str) -> None:
    with pytest.raises(ConsentRefused) as refused:
        say(ben, state, "recommendations", channels=("email", "pigeon"), notice=2, language="en")
    assert (refused.value.code, refused.value.pointer) == ("CHANNEL_UNKNOWN", "/channels/1")


def test_an_unknown_channel_is_not_imported_behind_a_known_one(ben: UUID) -> None:
    then = timezone.now() - timedelta(days=1)
    acts = [
        PastAct(Act("given", "recommendations", channels=(channel,), notice=2, language="en"), then)
        for channel in ("email", "pigeon")
    ]
    with pytest.raises(ConsentRefused, match="channel"):
        import_events(people=[PersonActs(ben, acts)], by="tests", at=timezone.now())


def test_sensing_in_the_shop_needs_a_yes_that_names_it(ben: UUID) -> None:
    given(ben)
    assert on(ben, "shop_page").permitted
    assert on(ben, SENSING).reason_code == "CATEGORY_NOT_COVERED"
    given(ben, channels=(SENSING,))
    assert on(ben, SENSING).permitted
    assert on(ben, "shop_page").permitted
    say(ben, "withdrawn", "recommendations", channels=(SENSING,))
    assert not on(ben, SENSING).permitted
    assert on(ben, "shop_page").permitted


def test_a_new_yes_after_a_no_does_not_bring_the_named_channel_back(ben: UUID) -> None:
    given(ben, channels=(SENSING,))
    say(ben, "withdrawn", "recommendations")
    given(ben)
    assert not on(ben, SENSING).permitted


def test_no_opt_out_regime_opens_sensing_by_silence(cleo: UUID) -> None:
    assert on(cleo, "shop_page").permitted
    assert on(cleo, SENSING).reason_code == "CATEGORY_NOT_COVERED"
    given(cleo, channels=(SENSING,))
    assert on(cleo, SENSING).permitted


def test_partners_are_told(shop_app: Partner, ada: UUID) -> None:
    put = body(shop_app.id_of(ada))
    put["action"]["properties"]["channel"] = "pigeon"
    answer = shop_app.post("/access/v1/evaluation", put).json()
    assert answer["decision"] is False
    assert answer["context"]["reason_code"] == "INVALID_REQUEST"
    sent = {
        "subject": shop_app.id_of(ada), "state": "withdrawn", "purpose": "recommendations",
        "channels": ["pigeon"],
    }  # fmt: skip
    check_problem(shop_app.post("/v1/consent-events", sent), 422, "CHANNEL_UNKNOWN")
