"""Laws of the fold that the shape does not show: what binds, what waits, what a parent said."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import standing_format
from consent.compiling import PersonFacts, compile_state, render
from consent.folding import EventFact, Standing, fold, order, take_in
from consent.reasons import DETAILS, DETAILS_EN, DETAILS_UK
from consent.rulings import outcome
from tests.consent.test_compiling import (
    CATALOGUE,
    GERMAN,
    NOW,
    START,
    ask_about,
    events,
    moments,
    people,
    permits,
    questions,
    yes,
)

DAY = timedelta(days=1)
BINDING = ["stopped", "resumed", "level_set", "cap_set"]


@st.composite
def any_events(draw: st.DrawFn) -> EventFact:
    state = draw(st.sampled_from(["said", *BINDING, "waiting", "confirmed", "renewed", "revoked"]))
    if state == "said":
        return draw(events())
    at = draw(moments)
    event = draw(events())._replace(state=state, valid_from=at, recorded_at=at)
    return event._replace(
        actor=draw(st.sampled_from(["person", "guardian"])),
        id=draw(st.sampled_from([UUID(int=1), UUID(int=2)])),
        confirms=UUID(int=1) if state == "confirmed" else None,
        level=draw(st.integers(0, 4)) if state == "level_set" else None,
        cap=draw(st.none() | st.just((1, 7))) if state == "cap_set" else None,
        until=draw(st.none() | st.just(at + 90 * DAY)) if state == "stopped" else None,
    )


@given(st.lists(any_events(), max_size=12), people)
def test_taking_in_one_after_the_other_equals_folding_all(
    said: list[EventFact], person: PersonFacts
) -> None:
    kept = Standing()
    for event in sorted(said, key=order):
        kept = standing_format.loads(standing_format.dumps(kept))
        take_in(kept, event)
    whole = fold(said, at=NOW)

    assert kept == whole
    assert render(person=person, standing=kept, at=NOW) == compile_state(
        person=person, events=said, at=NOW
    )


@given(people, st.lists(any_events(), max_size=6), questions, st.none() | st.just(NOW + DAY))
def test_a_hard_stop_never_permits_more(
    person: PersonFacts, said: list[EventFact], question: object, until: datetime | None
) -> None:
    stop = EventFact(state="stopped", valid_from=NOW, recorded_at=NOW, until=until)

    assert not permits(person, [*said, stop], question)  # type: ignore[arg-type]


@given(people, st.lists(any_events(), max_size=6), questions, st.integers(0, 4))
def test_a_lower_level_and_a_cap_never_permit_more(
    person: PersonFacts, said: list[EventFact], question: object, level: int
) -> None:
    # Because a level that was set before may be raised, only a first one is compared.
    said = [event for event in said if event.state != "level_set"]
    lower = EventFact(state="level_set", valid_from=NOW, recorded_at=NOW, level=level)
    if permits(person, [*said, lower], question):  # type: ignore[arg-type]
        assert permits(person, said, question)  # type: ignore[arg-type]


@given(people, st.lists(any_events(), max_size=6), questions)
def test_what_others_say_of_a_consent_never_permits_more(
    person: PersonFacts, said: list[EventFact], question: object
) -> None:
    for state in ("invalidated", "revoked", "waiting", "requested", "unknown"):
        word = yes(state=state, valid_from=NOW, recorded_at=NOW, id=uuid4())
        if permits(person, [*said, word], question):  # type: ignore[arg-type]
            assert permits(person, said, question)  # type: ignore[arg-type]


def stop(**changes: object) -> EventFact:
    fields = {"state": "stopped", "valid_from": START, "recorded_at": START, "purpose": None}
    return yes(**(fields | changes))


def test_a_stop_until_a_day_ends_on_that_day_and_not_before() -> None:
    bound = stop(until=NOW)
    early = stop(state="resumed", valid_from=NOW - DAY)
    said = [yes(), bound, early]
    before = compile_state(person=GERMAN, events=said, at=NOW - timedelta(seconds=1))

    assert before.content["stops"] == ["*"]
    assert before.until == NOW
    assert "stops" not in compile_state(person=GERMAN, events=said, at=NOW).content
    assert permits(GERMAN, said, ask_about("purchases"))


def test_a_second_stop_lengthens_and_never_shortens_the_first() -> None:
    long, short = stop(until=NOW + 30 * DAY), stop(until=NOW + DAY, valid_from=START + DAY)
    content = compile_state(person=GERMAN, events=[long, short], at=NOW + 2 * DAY).content

    assert content["stops"] == ["*"]


def test_an_open_stop_over_a_bound_one_cannot_be_lifted_before_its_day() -> None:
    said = [stop(until=NOW + DAY), stop(valid_from=START + DAY)]
    lifted = [*said, stop(state="resumed", valid_from=NOW)]

    assert compile_state(person=GERMAN, events=lifted, at=NOW).content["stops"] == ["*"]
    assert "stops" not in compile_state(person=GERMAN, events=lifted, at=NOW + DAY).content
    assert compile_state(person=GERMAN, events=said, at=NOW + DAY).content["stops"] == ["*"]


def test_a_quiet_channel_stops_that_channel_and_what_names_none() -> None:
    said = [yes(), stop(channels=("email",), until=NOW + DAY)]

    assert not permits(GERMAN, said, ask_about("purchases", channel="email"))
    assert not permits(GERMAN, said, ask_about("purchases"))
    assert permits(GERMAN, said, ask_about("purchases", channel="shop_page"))


@pytest.mark.parametrize(("level", "permitted"), [(0, False), (2, False), (3, True), (4, True)])
def test_a_level_is_a_ceiling_for_what_lies_above_it(level: int, permitted: bool) -> None:
    said = [yes(), stop(state="level_set", level=level, channels=("email",))]
    bought = replace(ask_about("purchases", channel="email"))

    # The attributes of this catalogue were provided, so they need the second step.
    assert permits(GERMAN, said, bought) is permitted or level == 2
    assert permits(GERMAN, said, ask_about("age_band", channel="email")) is (level >= 2)
    assert permits(GERMAN, said, ask_about("age_band", channel="shop_page"))


def test_a_yes_waits_until_it_is_confirmed_and_no_longer_once_it_was_refused() -> None:
    waiting = yes(state="waiting", id=UUID(int=7))
    confirmed = yes(state="confirmed", id=UUID(int=8), confirms=UUID(int=7), valid_from=START + DAY)
    refused = yes(state="refused", valid_from=START + timedelta(hours=1))
    pending = compile_state(person=GERMAN, events=[waiting], at=NOW).content

    assert pending["purposes"]["recommendations"]["status"] == "Requested"
    assert not permits(GERMAN, [waiting], ask_about("purchases"))
    assert permits(GERMAN, [waiting, confirmed], ask_about("purchases"))
    assert not permits(GERMAN, [waiting, refused, confirmed], ask_about("purchases"))
    stranger = confirmed._replace(confirms=UUID(int=9))
    assert not permits(GERMAN, [waiting, stranger], ask_about("purchases"))


def test_a_childs_yes_does_not_lift_the_no_of_a_parent() -> None:
    teen = replace(GERMAN, birth_month=date(2009, 12, 1))
    parent = yes(state="refused", actor="guardian")
    own = yes(valid_from=START + DAY)
    lifted = yes(actor="guardian", consent_types=("parental",), valid_from=START + 2 * DAY)

    assert not permits(teen, [parent, own], ask_about("purchases"))
    assert permits(teen, [parent, own, lifted], ask_about("purchases"))


def test_a_parents_yes_ends_at_majority_and_a_parents_no_with_it() -> None:
    teen = replace(GERMAN, birth_month=date(2012, 1, 1))
    majority = datetime(2030, 1, 1, tzinfo=UTC)
    parental = yes(actor="guardian", consent_types=("parental",))
    refused = [yes(state="refused", actor="guardian"), yes(valid_from=START + DAY)]

    def status(said: list[EventFact], at: datetime) -> str:
        content = compile_state(person=teen, events=said, at=at).content
        return str(content["purposes"]["recommendations"]["status"])

    assert status([parental], majority - DAY) == "Given"
    assert status([parental], majority) == "Expired"
    assert status(refused, majority - DAY) == "Refused"
    assert status(refused, majority) == "Given"


def test_silence_of_two_years_is_a_reason_to_ask_again_where_the_law_says_so() -> None:
    coloradan = PersonFacts("known", ("UNKNOWN",), date(1980, 1, 1))
    old = yes(valid_from=NOW - 750 * DAY, recorded_at=NOW - 750 * DAY)
    heard = yes(purpose="email_marketing", valid_from=NOW - DAY, recorded_at=NOW - DAY)

    assert not permits(coloradan, [old], ask_about("purchases"))
    assert permits(coloradan, [old, heard], ask_about("purchases"))
    # A No is a sign of life too, but it must not make another Yes count again.
    no = heard._replace(state="refused")
    assert not permits(coloradan, [old, no], ask_about("purchases"))


def test_a_renewal_keeps_its_name() -> None:
    renewed = yes(state="renewed", valid_from=START + DAY)
    content = compile_state(person=GERMAN, events=[yes(), renewed], at=NOW).content

    assert content["purposes"]["recommendations"]["status"] == "RenewedGiven"
    assert permits(GERMAN, [yes(), renewed], ask_about("purchases"))


def test_the_reason_of_a_bound_no_is_told_in_a_finer_word() -> None:
    said = [yes(), stop(until=NOW + DAY)]
    content = compile_state(person=GERMAN, events=said, at=NOW).content
    found = outcome(
        question=ask_about("purchases"), catalogue=CATALOGUE, content=content, at=NOW
    ).decision

    assert (found.reason_code, found.detail) == ("PROCESSING_RESTRICTED", "hard_stop")
    assert set(DETAILS) == set(DETAILS_EN) == set(DETAILS_UK)


@pytest.mark.parametrize("state", ["invalidated", "revoked"])
def test_what_others_say_of_a_consent_never_lifts_the_persons_own_no(state: str) -> None:
    californian = PersonFacts("known", ("US-CA",), date(1980, 1, 1))
    said = [yes(state="refused"), yes(state=state, valid_from=START + DAY)]

    assert permits(californian, [], ask_about("purchases"))
    assert not permits(californian, said, ask_about("purchases"))
