"""One event about many people: each finds what it is for them, and nobody else does."""

import hashlib

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from audit import actions, batches, queries
from audit.batches import LEAF_BYTES, Group
from audit.bodies import LARGEST_BODY
from tests.audit.conftest import NOW

tags = st.lists(st.binary(min_size=16, max_size=16), max_size=20, unique_by=lambda t: t[:10])


def tag_of(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()[:16]


@given(tags, st.integers(0, 20), st.binary(min_size=16, max_size=16))
def test_each_is_found_in_their_group_and_a_stranger_in_none(
    people: list[bytes], cut: int, stranger: bytes
) -> None:
    yes = Group("decision.permit", {"reason": "OK"}, people[:cut])
    no = Group("decision.deny", {"reason": "NO"}, people[cut:], unnamed=2)
    facts = batches.joined({"purpose": "sale"}, [yes, no])
    assert facts["people"] == len(people) + 2
    for number, tag in enumerate(people):
        found = batches.find(facts, [tag])
        assert found is not None
        assert found.kind == ("decision.permit" if number < cut else "decision.deny")
        assert found.facts["purpose"] == "sale"
        assert found.facts["reason"] == ("OK" if number < cut else "NO")
        assert batches.EACH not in found.facts
    known = {tag[:LEAF_BYTES] for tag in people}
    assert (batches.find(facts, [stranger]) is not None) == (stranger[:LEAF_BYTES] in known)


def test_a_leaf_is_found_only_where_a_leaf_begins() -> None:
    two = [bytes(range(10)) + bytes(6), bytes(range(100, 110)) + bytes(6)]
    facts = batches.joined({}, [Group("decision.permit", {}, two)])
    assert batches.find(facts, [bytes(range(5, 10)) + bytes(range(100, 105)) + bytes(6)]) is None


def write(count: int) -> actions.Batch:
    groups = [
        Group("decision.permit", {"reason": "OK"}, [tag_of(n) for n in range(0, count, 2)]),
        Group("decision.deny", {"reason": "NO"}, [tag_of(n) for n in range(1, count, 2)]),
    ]
    batch = actions.prepare_batch(
        kind="decision.batch", at=NOW, facts={"purpose": "sale"}, groups=groups
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_append_batch(%s, %s, %s, %s, %s, %s, %s)", batch)
    return batch


def test_a_thousand_people_have_room_in_one_event() -> None:
    groups = [
        Group("decision.deny", {"reason": f"REASON_{n}"}, [tag_of(100 * n + p) for p in range(100)])
        for n in range(10)
    ]  # fmt: skip
    batch = actions.prepare_batch(kind="decision.batch", at=NOW, facts={}, groups=groups)
    assert len(batch.body) < LARGEST_BODY


@pytest.mark.usefixtures("db")
def test_a_person_is_shown_what_it_was_for_them() -> None:
    batch = write(10)
    own = actions.append(kind="use", at=NOW, facts={"n": 1}, tag=tag_of(3))
    shown = queries.events_for_tags([tag_of(3)])
    assert [(event.id, event.kind) for event in shown] == [
        (own, "use"), (batch.id, "decision.deny"),
    ]  # fmt: skip
    assert shown[1].facts == {"purpose": "sale", "people": 10, "reason": "NO"}
    assert shown[1].tag == tag_of(3)
    assert [e.id for e in queries.events_for_tags([tag_of(3)], after=own)] == [batch.id]
    assert [e.id for e in queries.events_for_tags([tag_of(3)], kind="decision.deny")] == [batch.id]
    assert queries.events_for_tags([tag_of(3)], kind="decision.permit") == []
    assert queries.events_for_tags([tag_of(99)]) == []


@pytest.mark.usefixtures("db")
def test_the_whole_event_is_about_its_people_only() -> None:
    whole = queries.event(write(4).id)
    assert (whole.kind, whole.tag) == ("decision.batch", None)
    assert queries.is_about(whole, [tag_of(2)])
    assert not queries.is_about(whole, [tag_of(4)])


def test_what_the_event_rests_on_is_read_back_for_each_part() -> None:
    one, other, gone = bytes([1] * 16), bytes([2] * 16), bytes([3] * 16)
    tags = [bytes([number] * 16) for number in (9, 7, 8)]
    parts = [
        batches.Part(one, [tags[0], tags[1], tags[0]]),
        batches.Part(other, [tags[2]], 1),
        batches.Part(gone, [], 2),
        batches.Part(b"", [], 4),
    ]
    group = Group("decision.permit", {}, [tag for part in parts for tag in part.tags], 7, parts)

    facts = batches.joined({}, [group])

    assert facts["people"] == 4 + 7
    (member,) = facts[batches.EACH]
    assert [(part.mark, len(part.tags), part.unnamed) for part in batches.parts(member)] == [
        (one[:8], 2, 0), (other[:8], 1, 0), (other[:8], 0, 1), (gone[:8], 0, 2), (b"", 0, 4),
    ]  # fmt: skip
    for tag in tags:
        found = batches.find(facts, [tag])
        assert found is not None and found.tag == tag
