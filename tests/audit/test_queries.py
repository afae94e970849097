"""Events are found page by page; every one is proven by files that stand alone."""

from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from audit import actions, merkle, queries
from audit.checkpoints import open_checkpoint
from audit.errors import EventUnknown, LogDamaged, NotSequencedYet, SizeUnknown
from audit.queries import Filters
from audit.sequencer import Sequencer
from tests.audit.conftest import NOW, write


def found(**filters: object) -> list[str]:
    return [event.kind for event in queries.events(filters=Filters(**filters))]  # type: ignore[arg-type]


@pytest.fixture
def a_day(db: None) -> None:
    """Five events of different kinds."""
    for kind, facts, tag, hours in (
        ("decision.permit", {"purpose": "recommendations", "recipient": "shop"}, bytes(16), 0),
        ("decision.deny", {"purpose": "recommendations", "recipient": "ads"}, b"b" * 16, 1),
        ("decision.deny", {"purpose": "ads", "recipient": 'o"x\\'}, bytes(16), 2),
        ("decisions", {"purpose": "recommendations.more"}, None, 3),
        ("consent.given", {"inner": {"count": 3}}, bytes(16), 4),
    ):
        actions.append(kind=kind, at=NOW + timedelta(hours=hours), facts=facts, tag=tag)


@pytest.mark.usefixtures("a_day")
def test_events_are_found_by_what_they_say() -> None:
    everything = ["consent.given", "decisions", "decision.deny", "decision.deny", "decision.permit"]
    assert found() == everything
    assert found(kind="decision") == everything[2:]
    assert found(kind="decision.deny") == everything[2:4]
    assert found(outcome="permit") == ["decision.permit"]
    assert found(purpose="recommendations") == ["decision.deny", "decision.permit"]
    assert found(purpose="recommendations", outcome="deny") == ["decision.deny"]
    assert found(recipient='o"x\\') == ["decision.deny"]
    assert found(purpose="%") == found(kind="%") == found(outcome="%") == []
    assert found(tag=b"b" * 16) == ["decision.deny"]
    assert found(since=NOW + timedelta(hours=3)) == everything[:2]
    assert found(until=NOW + timedelta(hours=1)) == ["decision.permit"]


@pytest.mark.usefixtures("a_day")
def test_the_events_of_a_person_are_found_by_tags() -> None:
    kinds = [event.kind for event in queries.events_for_tags([bytes(16), b"c" * 16])]
    assert kinds == ["consent.given", "decision.deny", "decision.permit"]
    only = queries.events_for_tags([bytes(16)], kind="decision", limit=1)
    assert [event.facts["purpose"] for event in only] == ["ads"]
    assert queries.events_for_tags([]) == []


def test_pages_follow_each_other_without_loss(db: None) -> None:
    written = write(25)
    pages, after = [], None
    while page := queries.events(after=after, limit=10):
        pages.append(len(page))
        written = [event_id for event_id in written if event_id not in {e.id for e in page}]
        after = page[-1].id
    assert pages == [10, 10, 5]
    assert written == []


def test_one_event(db: None) -> None:
    event_id = actions.append(kind="use", at=NOW, facts={"count": 2}, tag=bytes(16))
    event = queries.event(event_id)
    assert (event.kind, event.facts, event.index, event.tag) == (
        "use",
        {"count": 2},
        None,
        bytes(16),
    )
    with pytest.raises(EventUnknown):
        queries.event(uuid4())


def test_the_backlog(drain: Callable[[], None]) -> None:
    assert queries.backlog() == queries.Backlog(0, None)
    write(3)
    assert queries.backlog() == queries.Backlog(3, NOW)
    drain()
    assert queries.backlog().count == 0


def test_every_event_has_a_proof_that_stands_alone(drain: Callable[[], None]) -> None:
    written = write(700)
    drain()
    note = queries.latest_checkpoint().note  # type: ignore[union-attr]
    head = open_checkpoint(note, queries.verifier_key())
    for event_id in [*written[::37], written[-1]]:
        proof = queries.proof(event_id)
        assert proof.holds()
        assert queries.event(event_id).index == proof.index
        header, index, *lines = proof.text().split("\n")
        assert header == "c2sp.org/tlog-proof@v1"
        end = lines.index("")
        assert "\n".join(lines[end + 1 :]) == note
        assert merkle.verify_inclusion(
            int(index.removeprefix("index ")),
            head.size,
            merkle.leaf_hash(b64decode(proof.json()["body"])),
            [b64decode(line) for line in lines[:end]],
            head.root,
        )


def test_a_proof_of_the_only_event(drain: Callable[[], None]) -> None:
    event_id = write(1)[0]
    drain()
    proof = queries.proof(event_id)
    assert (proof.hashes, proof.holds()) == ([], True)
    assert "\nindex 0\n\n" in proof.text()


def test_no_proof_before_the_event_has_a_place(drain: Callable[[], None]) -> None:
    event_id = write(1)[0]
    with pytest.raises(NotSequencedYet):
        queries.proof(event_id)
    with pytest.raises(EventUnknown):
        queries.proof(uuid4())
    assert queries.latest_checkpoint() is None


def test_every_two_sizes_are_consistent(sequencer: Sequencer) -> None:
    heads = []
    for count in (1, 5, 250, 300, 3):
        write(count)
        while sequencer.step(at=NOW):
            pass
        heads.append(
            open_checkpoint(queries.latest_checkpoint().note, queries.verifier_key())  # type: ignore[union-attr]
        )
    for number, early in enumerate(heads):
        for late in heads[number:]:
            proof = queries.consistency(early.size, late.size)
            assert merkle.verify_consistency(early.size, late.size, early.root, late.root, proof)


@pytest.mark.parametrize(("size1", "size2"), [(0, 3), (3, 2), (-1, 3), (1, 4)])
def test_sizes_the_log_never_had(drain: Callable[[], None], size1: int, size2: int) -> None:
    write(3)
    drain()
    with pytest.raises(SizeUnknown):
        queries.consistency(size1, size2)


def test_a_missing_tile_is_damage(drain: Callable[[], None], tamper: Callable[..., None]) -> None:
    event_id = write(3)[0]
    drain()
    tamper("DELETE FROM audit_tile")
    with pytest.raises(LogDamaged, match="verify_log"):
        queries.proof(event_id)


def test_a_damaged_event_is_still_listed(db: None, tamper: Callable[..., None]) -> None:
    event_id = write(1)[0]
    tamper("UPDATE audit_event SET body = 'x'")
    assert queries.event(event_id).facts == {"damaged": True}
