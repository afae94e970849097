"""Caps that people set: counted with the permit, never exceeded, and only for messages."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from zeal import zeal_context, zeal_ignore

from consent.actions import frequencies, recording
from consent.actions.asking import ask
from consent.acts import Act
from consent.frequencies import binding
from consent.models import MessageCount
from consent.questions import Mint, Question, Ruling
from tests.cast import bring_in, given

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(catalogue: None) -> UUID:
    """Said Yes to the newsletter."""
    person = bring_in("EU-DE")
    given(person, "email_marketing")
    return person


def cap(person: UUID, times: int | None, days: int = 7, *channels: str) -> None:
    limit = None if times is None else (times, days)
    act = Act(state="cap_set", cap=limit, channels=channels, method="portal")
    with zeal_context():
        recording.record(subject_id=person, act=act, by="portal", at=timezone.now())


def send(
    person: UUID, channel: str | None = "email", at: datetime | None = None, **changes: object
) -> Ruling:
    fields: dict[str, object] = {"purpose": "email_marketing", "attributes": ("email",)} | changes
    question = Question(subject_id=person, recipient="shop", channel=channel, **fields)  # type: ignore[arg-type]
    with zeal_ignore():
        return ask(question=question, at=at or timezone.now(), mint=Mint.ALL)


def counted(person: UUID) -> int:
    return sum(MessageCount.objects.filter(subject=person).values_list("count", flat=True))


def test_a_cap_is_kept_and_the_refusal_says_so(eva: UUID) -> None:
    cap(eva, 2, 7, "email")

    assert [send(eva).permitted for _ in range(4)] == [True, True, False, False]
    refused = send(eva)
    assert refused.reason_code == "CONSENT_SCOPE_MISMATCH" and refused.permit is None
    assert {answer.detail for answer in refused.attributes.values()} == {"frequency_reached"}
    assert refused.event is not None and refused.covered == ()
    assert counted(eva) == 2


def test_a_window_moves_on_by_whole_days(eva: UUID) -> None:
    now = timezone.now()
    assert send(eva, at=now - timedelta(days=7)).permitted
    cap(eva, 1, 7, "email")

    assert send(eva, at=now).permitted
    assert not send(eva, at=now).permitted


def test_what_was_sent_before_the_cap_counts(eva: UUID) -> None:
    assert send(eva).permitted
    cap(eva, 1, 7, "email")

    assert not send(eva).permitted
    cap(eva, None, 7, "email")
    assert send(eva).permitted


def test_a_cap_on_one_channel_leaves_the_others_and_one_on_all_binds_them_together(
    eva: UUID,
) -> None:
    cap(eva, 1, 30, "email")
    assert send(eva, "email").permitted and not send(eva, "email").permitted
    assert send(eva, "sms").permitted
    cap(eva, 3, 30)
    assert send(eva, "post").permitted
    assert not send(eva, "sms").permitted


def test_marketing_that_names_no_channel_does_not_get_round_a_cap(eva: UUID) -> None:
    cap(eva, 1, 7, "email")

    assert send(eva, None).permitted
    assert not send(eva, None).permitted
    assert not send(eva, "email").permitted


def test_pages_and_messages_that_are_needed_are_not_counted(ada: UUID) -> None:
    cap(ada, 0, 30)

    shown = {"purpose": "recommendations", "attributes": ("age_band",)}
    assert send(ada, "shop_page", **shown).permitted
    needed = {"purpose": "service_delivery", "attributes": ("email",)}
    assert send(ada, "email", **needed).permitted
    assert not send(ada, "email", **shown).permitted
    assert counted(ada) == 0


def test_a_refusal_is_not_counted(ada: UUID) -> None:
    assert not send(ada).permitted
    assert counted(ada) == 0


def test_sixteen_askers_at_once_never_exceed_a_cap(committed: None, eva: UUID) -> None:
    cap(eva, 5, 7, "email")

    def one(_: int) -> bool:
        try:
            return send(eva).permitted
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        permitted = list(pool.map(one, range(40)))
    assert sum(permitted) == counted(eva) == 5


def test_counts_are_forgotten_when_nothing_reaches_back_to_them(eva: UUID) -> None:
    send(eva)
    assert frequencies.forget_old(at=timezone.now() + timedelta(days=366)) == 0
    assert frequencies.forget_old(at=timezone.now() + timedelta(days=367)) == 1


def test_the_caps_that_bind() -> None:
    caps = {"email": [1, 7], "*": [3, 30]}

    assert {entry.channel for entry in binding(caps, "email")} == {"email", None}
    assert {entry.channel for entry in binding(caps, "sms")} == {None}
    assert len(binding(caps, "*")) == 2
