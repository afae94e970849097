"""Laws of the fold: what people said, in any order, becomes one state that only narrows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consent.catalogue import (
    AttributeEntry,
    Basis,
    Catalogue,
    ChannelEntry,
    Grant,
    PurposeEntry,
    RecipientEntry,
)
from consent.compiling import EventFact, PersonFacts, compile_state, months_after
from consent.questions import Question
from consent.rulings import outcome

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GERMAN = PersonFacts(status="known", jurisdictions=("EU-DE",), birth_month=date(1980, 1, 1))
CLASSES = {
    "recommendations": "personalisation",
    "email_marketing": "direct_marketing",
    "targeted_ads": "cross_context_ads",
    "service_delivery": "core_service",
}
RESTRICTIVE = [
    "refused", "withdrawn", "objected", "opted_out", "limited", "restricted", "held",
    "hold_only", "signal_on", "erasure_pending", "erased",
]  # fmt: skip


def entry(code: str) -> AttributeEntry:
    parents = ("purchases",) if code.startswith("purchases.") else ()
    return AttributeEntry(code, "ordinary", code == "purchases", "provided", parents)


def purpose(code: str) -> PurposeEntry:
    bases = (
        Basis("*", "consent", frozenset(), START - timedelta(days=999), None),
        Basis("US", "us_notice", frozenset(), START - timedelta(days=999), None),
    )
    attributes = frozenset({"purchases", "age_band"})
    return PurposeEntry(code, "shop", CLASSES[code], attributes, frozenset(), None, bases, 2, 2)


CATALOGUE = Catalogue(
    version=1,
    attributes={
        code: entry(code) for code in ("purchases", "purchases.a", "purchases.b", "age_band")
    },
    purposes={code: purpose(code) for code in CLASSES},
    recipients={
        "shop": RecipientEntry("shop", "first_party", "DE", "", False, {}, "shop"),
        "northwind": RecipientEntry(
            "northwind", "third_party", "DE", "", False,
            {"targeted_ads": Grant(frozenset(), frozenset())},
            contract=(START - timedelta(days=999), None),
        ),
    },
    members={
        "purchases": ("purchases.a", "purchases.b"),
        "purchases.a": ("purchases.a",),
        "purchases.b": ("purchases.b",),
        "age_band": ("age_band",),
    },
    channels={code: ChannelEntry(code, True, 4, False) for code in ("email", "shop_page")},
)  # fmt: skip

moments = st.integers(0, 300).map(lambda days: START + timedelta(days=days))
purposes = st.sampled_from(sorted(CLASSES))


@st.composite
def events(draw: st.DrawFn, states: list[str] | None = None) -> EventFact:
    state = draw(st.sampled_from(states or ["given", "opted_in", "requested", *RESTRICTIVE]))
    about = draw(purposes)
    at = draw(moments)
    expires = draw(st.none() | st.just(at + timedelta(days=400)))
    return EventFact(
        state=state,
        valid_from=at,
        recorded_at=at,
        purpose=about,
        purpose_class=CLASSES[about],
        attributes=draw(st.sampled_from([(), (), ("purchases",), ("purchases.a",), ("age_band",)])),
        channels=draw(st.sampled_from([(), (), ("email",)])),
        recipient=draw(st.sampled_from([None, None, "shop", "northwind"])),
        consent_types=draw(st.sampled_from([("expressed",), ("two_step",), ("explicit",)])),
        notice=2,
        expires_at=expires if state in {"given", "opted_in"} else None,
    )


people = st.builds(
    PersonFacts,
    status=st.just("known"),
    jurisdictions=st.sampled_from([("EU-DE",), ("US-CA",), ("EU-FR", "US-CO"), ()]),
    birth_month=st.sampled_from([None, date(1980, 1, 1), date(2011, 1, 1)]),
)
questions = st.builds(
    Question,
    subject_id=st.none(),
    purpose=purposes,
    attributes=st.sampled_from([("purchases",), ("purchases.a",), ("age_band", "purchases.b")]),
    recipient=st.sampled_from(["shop", "northwind"]),
    channel=st.sampled_from([None, "email", "shop_page"]),
)


def permits(person: PersonFacts, said: list[EventFact], question: Question) -> bool:
    compiled = compile_state(person=person, events=said, at=NOW)
    found = outcome(question=question, catalogue=CATALOGUE, content=compiled.content, at=NOW)
    return found.decision.permit


@given(people, st.lists(events(), max_size=6), questions, events(states=RESTRICTIVE))
def test_saying_no_to_anything_never_permits_more(
    person: PersonFacts, said: list[EventFact], question: Question, no: EventFact
) -> None:
    latest = no._replace(valid_from=NOW, recorded_at=NOW)
    if permits(person, [*said, latest], question):
        assert permits(person, said, question)


@given(people, st.lists(events(), max_size=6), st.randoms())
def test_the_order_of_arrival_changes_nothing(
    person: PersonFacts, said: list[EventFact], random: object
) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    # Because two equal acts at one instant are one act, only distinct instants are compared.
    if len({event.valid_from for event in said}) == len(said):
        assert compile_state(person=person, events=said, at=NOW) == compile_state(
            person=person, events=shuffled, at=NOW
        )


@given(people, questions)
def test_an_empty_store_permits_nothing_that_needs_a_yes(
    person: PersonFacts, question: Question
) -> None:
    if not set(person.jurisdictions) <= {"US-CA"} or not person.jurisdictions:
        assert not permits(person, [], question)


def yes(**changes: object) -> EventFact:
    fields: dict[str, object] = {
        "state": "given", "valid_from": START, "recorded_at": START, "notice": 2,
        "purpose": "recommendations", "purpose_class": "personalisation",
    }  # fmt: skip
    return EventFact(**(fields | changes))  # type: ignore[arg-type]


def ask_about(*attributes: str, channel: str | None = None) -> Question:
    return Question(None, "recommendations", attributes, "shop", channel)


def test_a_no_to_one_attribute_survives_a_later_general_yes() -> None:
    no = yes(state="withdrawn", attributes=("purchases.a",), valid_from=START + timedelta(1))
    again = yes(valid_from=START + timedelta(days=2))
    assert not permits(GERMAN, [yes(), no, again], ask_about("purchases.a"))
    assert permits(GERMAN, [yes(), no, again], ask_about("purchases.b"))


def test_a_yes_that_names_the_attribute_lifts_its_no() -> None:
    no = yes(state="withdrawn", attributes=("purchases.a",), valid_from=START + timedelta(1))
    named = yes(attributes=("purchases.a",), valid_from=START + timedelta(days=2))
    assert permits(GERMAN, [yes(), no, named], ask_about("purchases.a"))


def test_a_no_to_a_channel_denies_what_is_not_limited_to_another() -> None:
    no = yes(state="withdrawn", channels=("email",), valid_from=START + timedelta(days=1))
    assert not permits(GERMAN, [yes(), no], ask_about("purchases", channel="email"))
    assert not permits(GERMAN, [yes(), no], ask_about("purchases"))
    assert permits(GERMAN, [yes(), no], ask_about("purchases", channel="shop_page"))


def test_a_yes_ends_at_the_very_instant_it_expires() -> None:
    ending = yes(expires_at=NOW)
    compiled = compile_state(person=GERMAN, events=[ending], at=NOW)
    assert compiled.content["purposes"]["recommendations"]["status"] == "Expired"
    before = compile_state(person=GERMAN, events=[ending], at=NOW - timedelta(seconds=1))
    assert before.until == NOW
    assert before.content["purposes"]["recommendations"]["status"] == "Given"


def test_a_state_of_a_child_ends_at_the_next_birthday() -> None:
    child = replace(GERMAN, birth_month=date(2012, 12, 1))
    compiled = compile_state(person=child, events=[], at=NOW)
    assert compiled.content["age"] == 13
    assert compiled.until == datetime(2026, 12, 1, tzinfo=UTC)


def test_at_equal_times_the_no_counts() -> None:
    assert not permits(GERMAN, [yes(state="withdrawn"), yes()], ask_about("purchases"))
    assert not permits(GERMAN, [yes(), yes(state="withdrawn")], ask_about("purchases"))


def test_people_who_said_the_same_share_a_shape() -> None:
    later = yes(valid_from=START + timedelta(days=30))
    first = compile_state(person=GERMAN, events=[yes()], at=NOW)
    second = compile_state(person=GERMAN, events=[later], at=NOW)
    assert first.digest == second.digest


def test_months_clamp_to_the_end_of_a_shorter_month() -> None:
    assert months_after(datetime(2024, 2, 29, tzinfo=UTC), 12) == datetime(2025, 2, 28, tzinfo=UTC)
    assert months_after(datetime(2026, 1, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
