"""Laws of precedence: whatever comes in whatever order, what restricts wins unless it may not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consent.catalogue import AttributeEntry, Basis, Catalogue, PurposeEntry, RecipientEntry
from consent.compiling import EventFact, PersonFacts, compile_state
from consent.jurisdiction_data import JURISDICTIONS
from consent.jurisdictions import profile_for
from consent.precedence import NARROWS_ONLY, YES, Ground, Statement, source_of, weigh
from consent.questions import Question
from consent.rulings import outcome

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLASSES = {
    "recommendations": "personalisation",
    "email_marketing": "direct_marketing",
    "targeted_ads": "cross_context_ads",
    "sale": "sale",
}
NAMED = ["given", "renewed", "opted_in", "refused", "withdrawn", "invalidated", "revoked",
         "objected", "opted_out"]  # fmt: skip
WHOLE = ["objected", "opted_out", "signal_on", "signal_off"]
RESTRICTIVE = ["refused", "withdrawn", "objected", "opted_out", "signal_on"]
SOURCES = ["signal", "tcf", "gpp", "portal", "partner", "import", "agent", "guardian", "officer"]

GERMANY = Ground("cross_context_ads", opt_in=True, on_consent=True)
CALIFORNIA = Ground("cross_context_ads", opt_in=False, on_consent=False, two_steps=True)
INTEREST = Ground("direct_marketing", opt_in=True, on_consent=False)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


@st.composite
def statements(draw: st.DrawFn, states: list[str] | None = None) -> Statement:
    named = draw(st.booleans())
    state = draw(st.sampled_from(states or (NAMED if named else WHOLE)))
    return Statement(
        state=state,
        source=draw(st.sampled_from(SOURCES)),  # type: ignore[arg-type]
        at=day(draw(st.integers(0, 300))),
        named=state not in WHOLE or (named and not state.startswith("signal")),
        two_step=draw(st.booleans()),
    )


grounds = st.builds(
    Ground,
    purpose_class=st.sampled_from(sorted(CLASSES.values())),
    opt_in=st.booleans(),
    on_consent=st.booleans(),
    hears_signal=st.booleans(),
    two_steps=st.booleans(),
    minor=st.booleans(),
)
places = st.lists(grounds, min_size=1, max_size=3)
said = st.lists(statements(), max_size=7)


@given(said, places, st.randoms())
def test_the_order_of_arrival_is_irrelevant(
    said: list[Statement], places: list[Ground], random: Random
) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)
    assert weigh(shuffled, places) == weigh(said, places)


@given(said, places)
def test_saying_it_twice_says_it_once(said: list[Statement], places: list[Ground]) -> None:
    assert weigh([*said, *said], places) == weigh(said, places)


@given(said, places, statements(states=RESTRICTIVE))
def test_a_restrictive_statement_never_permits(
    said: list[Statement], places: list[Ground], no: Statement
) -> None:
    if weigh([*said, no], places).permits:
        assert weigh(said, places).permits


@given(said, places, grounds)
def test_another_place_never_permits(
    said: list[Statement], places: list[Ground], place: Ground
) -> None:
    if weigh(said, [*places, place]).permits:
        assert weigh(said, places).permits


@given(said, places, statements(states=sorted(YES)), st.sampled_from(sorted(NARROWS_ONLY)))
def test_no_browser_string_or_agent_lifts_anything(
    said: list[Statement], places: list[Ground], yes: Statement, source: str
) -> None:
    before = weigh(said, places)
    after = weigh([*said, replace(yes, source=source)], places)  # type: ignore[arg-type]
    assert (after.permits, after.holds) == (before.permits, before.holds)


@given(said, places, statements(states=sorted(YES)))
def test_an_import_lifts_no_no(said: list[Statement], places: list[Ground], yes: Statement) -> None:
    imported = replace(yes, source="import", named=True)
    stands = any(each.state in {"refused", "withdrawn", "objected", "opted_out"} for each in said)
    if stands and weigh([*said, imported], places).permits:
        earlier = [each for each in said if each.at < imported.at]
        no_before = any(each.state in RESTRICTIVE for each in earlier)
        assert not no_before or weigh(said, places).permits


@given(said, places)
def test_what_is_found_explains_itself(said: list[Statement], places: list[Ground]) -> None:
    found = weigh(said, places)
    assert (found.holds is None) == (found.why == "nothing_said")
    assert found.holds is None or found.holds in said
    assert found.over is None or found.over in said
    if found.permits and found.holds is not None:
        assert found.why in {"yes_stands", "yes_after_no", "void"}


# The same events through the fold and the gate


def purpose(code: str, bases: tuple[Basis, ...]) -> PurposeEntry:
    return PurposeEntry(
        code, "shop", CLASSES[code], frozenset({"age_band"}), frozenset(), None, bases, 2, 2
    )


LONG_AGO = START - timedelta(days=999)
BASES = (
    Basis("*", "consent", frozenset(), LONG_AGO, None),
    Basis("US", "us_notice", frozenset(), LONG_AGO, None),
)
ON_INTEREST = (Basis("*", "legitimate_interest", frozenset({"lia_recorded"}), LONG_AGO, None),)


def catalogue(bases: tuple[Basis, ...]) -> Catalogue:
    return Catalogue(
        version=1,
        attributes={"age_band": AttributeEntry("age_band", "ordinary", False, "provided", ())},
        purposes={code: purpose(code, bases) for code in CLASSES},
        recipients={"shop": RecipientEntry("shop", "first_party", "DE", "", False, {}, "shop")},
        members={"age_band": ("age_band",)},
    )


def gate_permits(
    said: list[Statement], code: str, person: PersonFacts, bases: tuple[Basis, ...]
) -> bool:
    facts = [
        EventFact(
            state=each.state,
            valid_from=each.at,
            recorded_at=each.at,
            purpose=code if each.named else None,
            purpose_class=CLASSES[code] if each.named else "",
            consent_types=("expressed", "two_step") if each.two_step else ("expressed",),
            notice=2,
            actor="guardian" if each.source == "guardian" else "person",
        )
        for each in said
    ]
    compiled = compile_state(person=person, events=facts, at=NOW)
    question = Question(None, code, ("age_band",), "shop")
    found = outcome(question=question, catalogue=catalogue(bases), content=compiled.content, at=NOW)
    return found.decision.permit


def ground_of(code: str, place: str, *, on_consent: bool, minor: bool) -> Ground:
    profile = profile_for(JURISDICTIONS, place, NOW)
    return Ground(
        purpose_class=CLASSES[code],
        opt_in=profile.opt_in,
        on_consent=on_consent,
        hears_signal=profile.signal_is_opt_out,
        two_steps=profile.reopt_in_two_step,
        minor=minor,
    )


own_voices = statements().filter(
    lambda each: (
        each.source in {"portal", "partner", "officer", "guardian"} or each.state not in YES
    )
)
at_different_times = st.lists(own_voices, max_size=7, unique_by=lambda each: each.at)


@pytest.mark.parametrize("no", ["opted_out", "withdrawn"])
@pytest.mark.parametrize("later", [[], ["invalidated"]])
@pytest.mark.parametrize("place", ["EU-DE", "US-VA"])
def test_what_a_parent_refused_is_not_overruled_by_the_child(
    no: str, later: list[str], place: str
) -> None:
    """Neither by a Yes of theirs nor by the end of that Yes."""
    parent = Statement(no, "guardian", START)
    child = Statement("given", "portal", START + timedelta(days=3))
    ends = [Statement(state, "guardian", START + timedelta(days=9)) for state in later]
    said = [parent, child, *ends]
    on_consent = place == "EU-DE"
    ground = ground_of("email_marketing", place, on_consent=on_consent, minor=True)
    found = weigh(said, [ground])
    assert (found.permits, found.why, found.holds, found.over) == (
        False, "guardian_no", parent, child,
    )  # fmt: skip
    person = PersonFacts("known", (place,), None)
    assert gate_permits(said, "email_marketing", person, BASES) is False


@given(
    at_different_times,
    st.sampled_from(sorted(CLASSES)),
    st.lists(st.sampled_from(["EU-DE", "EU-FR", "US-CA", "US-CO", "US-VA"]), min_size=1,
             max_size=2, unique=True),
    st.booleans(),
)  # fmt: skip
def test_it_says_what_the_gate_does(
    said: list[Statement], code: str, places: list[str], adult: bool
) -> None:
    person = PersonFacts("known", tuple(places), date(1980, 1, 1) if adult else None)
    found = weigh(
        said,
        [
            ground_of(code, place, on_consent=not place.startswith("US"), minor=not adult)
            for place in places
        ],
    )
    assert found.permits == gate_permits(said, code, person, BASES), found


@given(at_different_times, st.sampled_from(["recommendations", "email_marketing"]))
def test_it_says_what_the_gate_does_where_an_interest_carries_the_use(
    said: list[Statement], code: str
) -> None:
    person = PersonFacts("known", ("EU-DE",), date(1980, 1, 1))
    assume(gate_permits([], code, person, ON_INTEREST))
    found = weigh(said, [ground_of(code, "EU-DE", on_consent=False, minor=False)])
    assert found.permits == gate_permits(said, code, person, ON_INTEREST), found


# What the law says, one by one


def yes(number: int, **changes: object) -> Statement:
    return replace(Statement("given", "portal", day(number)), **changes)  # type: ignore[arg-type]


def signal(number: int) -> Statement:
    return Statement("signal_on", "signal", day(number), named=False)


CASES = {
    "the signal wins over an older setting (7025(c)(3))": (
        [yes(1), signal(3)], CALIFORNIA, (False, "signal")),
    "a later opt-in in two steps stands (7028)": (
        [signal(3), yes(5, state="opted_in")], CALIFORNIA, (True, "yes_after_no")),
    "one step after the signal is not enough": (
        [signal(3), yes(5)], CALIFORNIA, (False, "two_steps_missing")),
    "the signal neither takes a consent nor gives one": (
        [yes(1), signal(3)], replace(GERMANY, purpose_class="personalisation"),
        (True, "yes_stands")),
    "the signal objects to marketing on an interest (GDPR 21(5))": (
        [signal(3)], INTEREST, (False, "signal")),
    "a parent's No is not lifted by the child": (
        [Statement("refused", "guardian", day(1)), yes(2)], replace(GERMANY, minor=True),
        (False, "guardian_no")),
    "but by the parent": (
        [Statement("refused", "guardian", day(1)), yes(2, source="guardian")],
        replace(GERMANY, minor=True), (True, "yes_after_no")),
    "and by the grown-up": (
        [Statement("refused", "guardian", day(1)), yes(2)], GERMANY, (True, "yes_after_no")),
    "an import brings nobody back": (
        [yes(0), Statement("withdrawn", "portal", day(1)), yes(2, source="import")], GERMANY,
        (False, "own_no")),
    "an import may be the first word": ([yes(2, source="import")], GERMANY, (True, "yes_stands")),
    "a US opt-out by an agent takes no consent to anything else": (
        [yes(1), Statement("opted_out", "agent", day(3), named=False)],
        replace(GERMANY, purpose_class="direct_marketing"), (True, "yes_stands")),
    "a US opt-in in a string makes no consent": (
        [yes(1, state="opted_in", source="gpp")], GERMANY, (False, "nothing_said")),
    "nothing said under an opt-out law": ([], CALIFORNIA, (True, "nothing_said")),
    "nothing said under an opt-in law": ([], GERMANY, (False, "nothing_said")),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_cases_of_the_law(case: str) -> None:
    statements, ground, expected = CASES[case]
    found = weigh(statements, [ground])
    assert (found.permits, found.why) == expected


@pytest.mark.parametrize(
    ("method", "actor", "source"),
    [("signal", "browser", "signal"), ("portal", "guardian", "guardian"), ("drp", "agent", "agent"),
     ("import", "person", "import"), ("stop_link", "person", "portal"), ("gpp", "browser", "gpp"),
     ("web", "person", "partner"), ("api", "officer", "officer")],
)  # fmt: skip
def test_whose_voice_an_event_is(method: str, actor: str, source: str) -> None:
    assert source_of(method=method, actor=actor) == source
