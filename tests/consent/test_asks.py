"""The budget of questions: at most one per visit and three in ninety days, a No left in peace."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given as for_all
from hypothesis import settings as examples
from hypothesis import strategies as st
from zeal import zeal_ignore

from consent import budgets
from consent.actions import asks, recording
from consent.actions.asks import Shown
from consent.acts import Act
from consent.budgets import Limits
from consent.models import Ask, ConsentEvent, Subject
from consent.queries import states
from tests.cast import bring_in, given, say
from tests.partners import Partner, check_problem
from tests.profiles.acts import alone

pytestmark = pytest.mark.django_db
NEXT = "/v1/asks/next"
NOW = timezone.now()


@alone
def asked(subject_id: UUID, visit: str, at: datetime | None = None, **changes: str) -> Shown | None:
    fields = {"surface": "product", "language": "en"} | changes
    return asks.next_ask(subject_id=subject_id, visit=visit, at=at or timezone.now(), **fields)


@alone
def says(subject_id: UUID, state: str, purpose: str | None, at: datetime) -> None:
    notice = {"notice": 2, "language": "en"} if state == "given" else {}
    act = Act(state=state, purpose=purpose, method="web", **notice)  # type: ignore[arg-type]
    recording.record(subject_id=subject_id, act=act, by="portal", at=at)


def url(partner: Partner, person: UUID, **changes: str) -> str:
    fields = {"subject": partner.id_of(person), "surface": "product", "visit": "v1"} | changes
    return NEXT + "?" + "&".join(f"{name}={value}" for name, value in fields.items())


# How often


def test_one_question_per_visit_and_the_same_one_until_it_ends(ben: UUID) -> None:
    first = asked(ben, "a")
    again = asked(ben, "a")

    assert first is not None and again is not None
    assert first == again
    assert Ask.objects.count() == 1
    assert asks.close(ask_id=first.id, subject_id=ben, by="portal", at=timezone.now())
    assert asked(ben, "a") is None


def test_three_in_ninety_days_over_all_surfaces_and_the_fourth_when_the_first_is_old(
    ben: UUID,
) -> None:
    for day, surface in enumerate(("product", "app", "email")):
        assert asked(ben, f"visit {day}", NOW + timedelta(days=day), surface=surface) is not None
    assert asked(ben, "fourth", NOW + timedelta(days=89)) is None
    assert asked(ben, "fifth", NOW + timedelta(days=90, hours=1)) is not None


@pytest.mark.parametrize("surface", ["checkout", "payment", "complaint", "incident", "stop"])
def test_nothing_is_asked_where_people_pay_or_complain(ben: UUID, surface: str) -> None:
    assert asked(ben, "a", surface=surface) is None
    assert Ask.objects.count() == 0


def test_a_deployment_can_be_stricter_and_never_laxer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ASKS_PER_VISIT": 9, "ASKS_PER_WINDOW": 2, "ASK_WINDOW_DAYS": 5, "ASK_QUIET_DAYS": 365,
        "ASK_QUIET_SURFACES": ["cart"],
    }.items():  # fmt: skip
        monkeypatch.setattr(settings, name, value)

    assert asks.limits() == Limits(1, 2, 90, 365, budgets.QUIET_SURFACES | {"cart"})


def test_many_visits_at_once_stay_within_the_budget(committed: None, ben: UUID) -> None:
    def visit(number: int) -> bool:
        try:
            return asked(ben, f"visit {number}") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        shown = list(pool.map(visit, range(12)))
    assert sum(shown) == 3
    assert Ask.objects.count() == 3


STEP = st.tuples(
    st.integers(1, 24 * 120),
    st.integers(0, 2),
    st.sampled_from(["product", "cart", "checkout", "app"]),
    st.sampled_from(["leave", "leave", "given", "refused", "close"]),
)


def test_no_sequence_of_visits_ever_exceeds_the_budget(ben: UUID) -> None:
    @for_all(st.lists(STEP, min_size=4, max_size=9))
    @examples(max_examples=25)
    def holds(steps: list[tuple[int, int, str, str]]) -> None:
        with transaction.atomic():
            check(steps)
            transaction.set_rollback(True)
        states.forget_state(ben)

    def check(steps: list[tuple[int, int, str, str]]) -> None:
        at, noes = NOW, dict[str, datetime]()
        for hours, visit, surface, answer in steps:
            at += timedelta(hours=hours)
            shown = asked(ben, str(visit), at, surface=surface)
            if shown is None:
                continue
            assert surface != "checkout"
            assert shown.purpose not in noes or noes[shown.purpose] <= at - timedelta(days=180)
            if answer == "close":
                asks.close(ask_id=shown.id, subject_id=ben, by="portal", at=at)
            elif answer == "refused" or (answer == "given" and shown.purpose == "recommendations"):
                says(ben, answer, shown.purpose, at)
                if answer == "refused":
                    noes[shown.purpose] = at
        rows = list(Ask.objects.order_by("shown_at"))
        times = [row.shown_at for row in rows]
        for first, fourth in zip(times, times[3:], strict=False):
            assert fourth - first >= timedelta(days=90)
        within = [(bytes(row.visit), row.shown_at) for row in rows]
        for index, (name, since) in enumerate(within):
            later = [when for other, when in within[index + 1 :] if other == name]
            assert all(when - since >= timedelta(days=90) for when in later)

    with zeal_ignore():
        holds()


# What for


def test_a_no_is_left_in_peace_for_half_a_year(ben: UUID) -> None:
    first = asked(ben, "a", NOW)
    assert first is not None
    says(ben, "refused", first.purpose, NOW)
    for days, visit in ((100, "b"), (179, "c")):
        other = asked(ben, visit, NOW + timedelta(days=days))
        assert other is not None and other.purpose != first.purpose
    # Because the calendar of six months may be a few days longer than 180 of them.
    again = asked(ben, "d", NOW + timedelta(days=279))
    assert again is not None and again.purpose == first.purpose


def test_where_the_law_asks_for_twelve_months_it_is_twelve(catalogue: None) -> None:
    person = bring_in("US-CA", "EU-DE")
    says(person, "refused", "recommendations", NOW)
    for days, expected in ((200, False), (360, False), (370, True)):
        shape = states.shape_content(bytes(states.read_state(person).shape or b""))
        noes = budgets.Noes({"recommendations": NOW}, NOW)
        assert (
            budgets._remembered(
                "recommendations", shape, noes, NOW + timedelta(days=days), Limits()
            )
            is not expected
        )


def test_a_page_after_a_no_asks_for_nothing(ben: UUID) -> None:
    says(ben, "refused", "sale", NOW)

    assert asked(ben, "a", NOW + timedelta(hours=23)) is None
    assert asked(ben, "a", NOW + timedelta(hours=25)) is not None


@alone
def test_a_signal_gets_no_counter_question(ben: UUID) -> None:
    say(ben, "signal_on")
    purposes = set()
    for day in (1, 2, 3):
        shown = asked(ben, str(day), NOW + timedelta(days=day))
        if shown is not None:
            purposes.add(shown.purpose)
            asks.close(ask_id=shown.id, subject_id=ben, by="portal", at=shown.at)
    assert purposes and purposes.isdisjoint({"email_marketing", "targeted_ads", "sale"})


@pytest.mark.parametrize("state", ["restricted", "stopped", "erasure_pending"])
def test_who_paused_or_leaves_is_asked_nothing(ben: UUID, state: str) -> None:
    say(ben, state)

    assert asked(ben, "a", NOW + timedelta(days=3)) is None


def test_what_is_answered_is_not_asked(ada: UUID, cleo: UUID) -> None:
    shown = asked(ada, "a")
    assert shown is not None and shown.purpose != "recommendations"
    # Because where the law lets it run until somebody says No, there is nothing to ask for but
    # what comes from outside, which needs a Yes everywhere.
    other = asked(cleo, "a")
    assert other is not None
    assert other.purpose in {"partner_data", "social_data", "competitor_data"}


def test_nothing_is_asked_while_a_minor_buys(dan: UUID) -> None:
    assert asked(dan, "a", surface="cart") is None


def test_what_was_closed_is_deferred_never_a_yes_and_not_asked_again(ben: UUID) -> None:
    shown = asked(ben, "a", NOW)
    assert shown is not None
    assert asks.close(ask_id=shown.id, subject_id=ben, by="portal", at=NOW)
    assert asks.close(ask_id=shown.id, subject_id=ben, by="portal", at=NOW)

    event = ConsentEvent.objects.get(subject=ben)
    assert (event.state, event.purpose and event.purpose.code) == ("deferred", shown.purpose)
    other = asked(ben, "b", NOW + timedelta(days=30))
    assert other is not None and other.purpose != shown.purpose
    later = asked(ben, "c", NOW + timedelta(days=91))
    assert later is not None and later.purpose == shown.purpose


def test_an_answer_on_any_channel_ends_the_question(ben: UUID) -> None:
    shown = asked(ben, "a", NOW - timedelta(days=2))
    assert shown is not None and shown.purpose == "recommendations"
    given(ben)

    asked(ben, "b")
    assert Ask.objects.get(pk=shown.id).outcome == "answered"


def test_old_questions_are_forgotten_and_an_erased_person_is_asked_nothing(ben: UUID) -> None:
    asked(ben, "a", NOW - timedelta(days=91))
    assert asks.forget_old(at=NOW) == 1
    assert Ask.objects.count() == 0
    Subject.objects.filter(pk=ben).update(status="erased", erased_at=NOW, birth_month=None)
    assert asked(ben, "b") is None


def test_the_visit_is_kept_as_a_hash(ben: UUID) -> None:
    asked(ben, "session-0815")

    assert b"0815" not in bytes(Ask.objects.get().visit)


# Over REST


def test_a_shop_puts_the_question_with_its_six_rows(shop_app: Partner, ben: UUID) -> None:
    answer = shop_app.get(url(shop_app, ben, language="uk"))
    body: dict[str, Any] = answer.json()

    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    assert body["notice"] == "recommendations@2" and body["language"] == "uk"
    assert set(body["rows"]) == {"look_at", "so_that", "who_sees", "how_long", "if_yes", "if_no"}
    assert shop_app.get(url(shop_app, ben, visit="v1", surface="checkout")).status_code == 204
    closed = shop_app.post(f"/v1/asks/{body['id']}:close", {"subject": shop_app.id_of(ben)})
    assert closed.status_code == 204
    assert shop_app.get(url(shop_app, ben)).status_code == 204


def test_a_third_party_puts_no_questions_to_our_people(northwind: Partner, ben: UUID) -> None:
    check_problem(northwind.get(url(northwind, ben)), 403, "FIRST_PARTY_ONLY")
    check_problem(
        northwind.post(f"/v1/asks/ask_{uuid4().hex}:close", {"subject": northwind.id_of(ben)}),
        403,
        "FIRST_PARTY_ONLY",
    )


def test_a_question_is_closed_only_for_whom_it_was_put_to(
    shop_app: Partner, ada: UUID, ben: UUID
) -> None:
    question = shop_app.get(url(shop_app, ben)).json()["id"]

    for subject in (shop_app.id_of(ada), shop_app.id_of(uuid4())):
        answer = shop_app.post(f"/v1/asks/{question}:close", {"subject": subject})
        check_problem(answer, 404, "ASK_UNKNOWN")
    check_problem(shop_app.get(f"{NEXT}?subject=x"), 400, "INVALID_REQUEST")
