"""The algebra of joining: never wider, in any order, undone without a trace."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.compiling import Compiled, PersonFacts, compile_state
from consent.folding import EventFact
from consent.join_changes import compare
from consent.merging import Link, Member, compile_joined, connected_since
from consent.questions import Question
from consent.rulings import outcome
from tests.consent.test_compiling import CATALOGUE, GERMAN, NOW, START, ask_about, yes
from tests.consent.test_compiling import questions as any_questions
from tests.consent.test_folding import any_events

DAY = timedelta(days=1)
JOINED = NOW - 5 * DAY
LATER = NOW

facts = st.builds(
    PersonFacts,
    status=st.sampled_from(["known", "pseudonymous", "unverified"]),
    jurisdictions=st.sampled_from([("EU-DE",), ("US-CA",), ()]),
    birth_month=st.sampled_from([None, date(1980, 1, 1), date(1990, 1, 1), date(2012, 1, 1)]),
)
groups = st.lists(st.tuples(facts, st.lists(any_events(), max_size=4)), min_size=2, max_size=4).map(
    lambda made: {
        UUID(int=number): Member(UUID(int=number), person, events)
        for number, (person, events) in enumerate(made, 1)
    }
)


def chain(members: dict[UUID, Member], at: datetime = JOINED) -> list[Link]:
    return [Link(one, other, at) for one, other in pairwise(members)]


def joined(members: dict[UUID, Member], me: UUID, links: list[Link]) -> Compiled:
    return compile_joined(member=me, members=members, links=links, at=LATER)


def alone(member: Member) -> Compiled:
    return compile_state(person=member.person, events=member.events, at=LATER)


def permits(compiled: Compiled, question: Question) -> bool:
    return outcome(
        question=question, catalogue=CATALOGUE, content=compiled.content, at=LATER
    ).decision.permit


@given(groups, any_questions)
def test_a_join_never_permits_what_was_not_permitted_before(
    members: dict[UUID, Member], question: Question
) -> None:
    for me in members:
        if permits(joined(members, me, chain(members)), question):
            assert permits(alone(members[me]), question)


@given(groups, any_questions)
def test_joining_one_more_never_permits_more(
    members: dict[UUID, Member], question: Question
) -> None:
    links = chain(members)
    for me in list(members)[:-1]:
        if permits(joined(members, me, links), question):
            assert permits(joined(members, me, links[:-1]), question)


@given(groups, st.randoms(use_true_random=False))
def test_no_order_and_no_tree_of_joins_changes_the_result(
    members: dict[UUID, Member], dice: Random
) -> None:
    ids = list(members)
    dice.shuffle(ids)
    # Any tree: each record is joined with some record before it, in another order.
    tree = [Link(ids[number], dice.choice(ids[:number]), JOINED) for number in range(1, len(ids))]
    flipped = [Link(link.other, link.one, link.at) for link in reversed(tree)]
    for me in members:
        expected = joined(members, me, chain(members))
        assert joined(members, me, tree) == expected
        assert joined(members, me, flipped) == expected
        # Joining again what is joined already changes nothing.
        assert joined(members, me, [*tree, *chain(members)]) == expected


@given(groups)
def test_without_its_link_a_record_is_what_it_was(members: dict[UUID, Member]) -> None:
    for me in members:
        assert joined(members, me, []) == alone(members[me])


@given(groups, st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_who_is_connected_does_not_depend_on_who_is_asked(
    members: dict[UUID, Member], gaps: list[int]
) -> None:
    links = [
        Link(one, other, JOINED + gap * DAY)
        for (one, other), gap in zip(pairwise(members), gaps, strict=False)
    ]
    for me in members:
        for other, since in connected_since(me, links).items():
            assert connected_since(other, links)[me] == since


def two(first: list[EventFact], second: list[EventFact]) -> dict[UUID, Member]:
    return {
        UUID(int=1): Member(UUID(int=1), GERMAN, first),
        UUID(int=2): Member(UUID(int=2), replace(GERMAN, status="pseudonymous"), second),
    }


ACCOUNT, DEVICE = UUID(int=1), UUID(int=2)
LINK = [Link(ACCOUNT, DEVICE, JOINED)]
EARLY = START + DAY


def test_a_device_that_was_never_asked_takes_no_yes_away_and_gets_none() -> None:
    members = two([yes(valid_from=EARLY)], [])

    assert permits(joined(members, ACCOUNT, LINK), ask_about("purchases"))
    assert not permits(joined(members, DEVICE, LINK), ask_about("purchases"))


def test_the_no_of_a_device_holds_for_the_account_even_against_a_later_yes() -> None:
    members = two([yes(valid_from=EARLY + DAY)], [yes(state="refused", valid_from=EARLY)])

    assert not permits(joined(members, ACCOUNT, LINK), ask_about("purchases"))


def test_what_is_said_after_joining_counts_for_all_and_not_beyond_the_link() -> None:
    again = yes(valid_from=JOINED + DAY)
    members = two([again], [yes(state="refused", valid_from=EARLY)])

    assert permits(joined(members, ACCOUNT, LINK), ask_about("purchases"))
    assert permits(joined(members, DEVICE, LINK), ask_about("purchases"))
    assert not permits(joined(members, DEVICE, []), ask_about("purchases"))


def test_a_no_that_was_taken_back_before_joining_is_not_brought_along() -> None:
    device = [yes(state="refused", valid_from=EARLY), yes(valid_from=EARLY + DAY)]
    members = two([yes(valid_from=EARLY)], device)

    assert permits(joined(members, ACCOUNT, LINK), ask_about("purchases"))


def test_a_child_and_a_grown_up_are_not_one_person() -> None:
    members = two([yes(valid_from=EARLY)], [])
    child = replace(GERMAN, birth_month=date(2012, 1, 1))
    members[DEVICE] = replace(members[DEVICE], person=child)
    found = outcome(
        question=ask_about("purchases"),
        catalogue=CATALOGUE,
        content=joined(members, ACCOUNT, LINK).content,
        at=LATER,
    ).decision

    assert found.reason_code == "IDENTITY_CONFLICT"


def test_the_lower_of_two_levels_is_the_ceiling_until_it_is_set_anew() -> None:
    def level(step: int, at: datetime) -> EventFact:
        return yes(state="level_set", purpose=None, level=step, channels=("email",), valid_from=at)

    members = two([yes(valid_from=EARLY), level(4, EARLY)], [level(1, EARLY)])
    raised = two([*members[ACCOUNT].events, level(4, JOINED + DAY)], [level(1, EARLY)])

    assert joined(members, ACCOUNT, LINK).content["levels"]["email"] == 1
    assert joined(raised, ACCOUNT, LINK).content["levels"]["email"] == 4


@given(groups)
def test_the_table_of_a_join_leaves_no_change_out(members: dict[UUID, Member]) -> None:
    one, other = list(members)[:2]
    both = {one: members[one], other: members[other]}
    now = (alone(both[one]).content, alone(both[other]).content)
    links = [Link(one, other, JOINED)]
    then = (joined(both, one, links).content, joined(both, other, links).content)

    def bare(shape: dict[str, object]) -> dict[str, object]:
        places = shape["jurisdictions"] or ["UNKNOWN"]
        return {**shape, "status": "", "jurisdictions": places}

    changed = [bare(shape) for shape in now] != [bare(shape) for shape in then]
    table = compare(now=now, then=then)
    assert table.changes_something or not changed
    assert changed or table.conflict or not table.changes_something


@pytest.mark.parametrize(
    ("event", "seen"),
    [
        ({"state": "refused", "channels": ("email",)}, "row"),
        ({"state": "refused", "attributes": ("age_band",)}, "row"),
        ({"state": "refused", "recipient": "northwind"}, "row"),
        ({"state": "level_set", "purpose": None, "level": 1}, "levels"),
        ({"state": "cap_set", "purpose": None, "cap": (1, 30)}, "caps"),
    ],
)
def test_what_a_device_narrows_stands_in_the_table(event: dict[str, object], seen: str) -> None:
    members = two([yes(valid_from=EARLY)], [yes(**event, valid_from=EARLY)])
    now = (alone(members[ACCOUNT]).content, alone(members[DEVICE]).content)
    then = (joined(members, ACCOUNT, LINK).content, joined(members, DEVICE, LINK).content)
    table = compare(now=now, then=then)

    assert table.rows[0].one_narrower if seen == "row" else seen in table.marks
