"""Whatever is changed behind the service's back is found, and the first bad row is named."""

import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit import bodies, merkle, publishing
from audit.checkpoints import Checkpoint, Signer, open_checkpoint
from audit.models import Event, Leaf, SignedHead
from audit.tiles import Edge
from tests.audit.conftest import NOW, verified, write

Tamper = Callable[..., None]
FLIP = "set_byte({0}, {1}, get_byte({0}, {1}) # {2})"


@pytest.fixture
def log(drain: Callable[[], None]) -> list[UUID]:
    """700 sequenced events under three checkpoints, in the order of the tree."""
    write(700)
    drain()
    return list(Leaf.objects.order_by("index").values_list("event_id", flat=True))


def test_a_right_log_is_right(log: list[UUID]) -> None:
    seen: list[tuple[int, int]] = []
    result = verified(progress=lambda done, size: seen.append((done, size)))
    assert (result.size, result.checkpoints, result.problem) == (700, 3, None)
    assert seen[-1] == (700, 700)


def test_an_empty_log_is_right(committed: None) -> None:
    result = verified()
    assert (result.size, result.root, result.problem) == (0, merkle.EMPTY_ROOT, None)


@pytest.mark.parametrize(
    "change",
    [
        "body = " + FLIP.format("body", "octet_length(body) - 3", 1),
        "tag = decode(repeat('00', 16), 'hex')",
        "kind = 'decision.deny'",
        "at = at + interval '1 microsecond'",
    ],
)
@pytest.mark.parametrize("index", [0, 255, 256, 555, 699])
def test_a_changed_event_is_named(log: list[UUID], tamper: Tamper, change: str, index: int) -> None:
    tamper(f"UPDATE audit_event SET {change} WHERE id = %s", log[index])
    problem = verified().problem
    assert problem is not None
    assert (problem.index, problem.event_id) == (index, log[index])


def test_a_flipped_fact_is_named(log: list[UUID], tamper: Tamper) -> None:
    tamper(f"UPDATE audit_event SET body = {FLIP.format('body', 40, 1)} WHERE id = %s", log[300])
    problem = verified().problem
    assert problem is not None
    assert (problem.index, problem.event_id) == (300, log[300])


@pytest.mark.parametrize("index", [0, 256, 699])
def test_a_removed_event_is_named(log: list[UUID], tamper: Tamper, index: int) -> None:
    tamper("DELETE FROM audit_event WHERE id = %s", log[index])
    problem = verified().problem
    assert problem is not None
    assert (problem.index, problem.event_id) == (index, log[index])
    assert "removed" in problem.what


@pytest.mark.parametrize("index", [0, 256, 699])
def test_a_removed_place_is_named(log: list[UUID], tamper: Tamper, index: int) -> None:
    tamper("DELETE FROM audit_leaf WHERE index = %s", index)
    problem = verified().problem
    assert problem is not None
    assert problem.index == index


def test_two_places_that_changed_hands_are_named(log: list[UUID], tamper: Tamper) -> None:
    tamper("ALTER TABLE audit_leaf DROP CONSTRAINT audit_leaf_event_once")
    tamper(
        "UPDATE audit_leaf SET event_id = CASE index WHEN 7 THEN %s ELSE %s END "
        "WHERE index IN (7, 600)",
        log[600],
        log[7],
    )
    problem = verified().problem
    assert problem is not None
    assert problem.index == 7


def test_an_event_inserted_past_the_queue_is_named(log: list[UUID], tamper: Tamper) -> None:
    smuggled = UUID(int=9)
    tamper("INSERT INTO audit_event (id, at, kind, body) VALUES (%s, now(), 'use', '{}')", smuggled)
    problem = verified().problem
    assert problem is not None
    assert problem.event_id == smuggled


def test_the_cut_tail_is_found_with_what_was_published(
    log: list[UUID], tamper: Tamper, published_in: Path
) -> None:
    kept = open_checkpoint((published_in / "checkpoint").read_text(), publishing.verifier_key())
    earlier = SignedHead.objects.get(size=600)
    tamper("DELETE FROM audit_event WHERE id = ANY(%s)", log[600:])
    tamper("DELETE FROM audit_leaf WHERE index >= 600")
    tamper("DELETE FROM audit_checkpoint WHERE size > 600")
    tamper("UPDATE audit_head SET size = 600, root = %s", bytes(earlier.root))
    assert verified().problem is None
    problem = verified(outside=[kept]).problem
    assert problem is not None
    assert "cut off" in problem.what
    assert problem.index == 600


def test_a_rewritten_log_is_found_with_what_was_published(
    log: list[UUID], tamper: Tamper, drain: Callable[[], None], published_in: Path
) -> None:
    kept = open_checkpoint((published_in / "checkpoint").read_text(), publishing.verifier_key())
    forge(tamper, log)
    assert verified().problem is None
    problem = verified(outside=[kept]).problem
    assert problem is not None
    assert "root that was signed" in problem.what


def forge(tamper: Tamper, log: list[UUID]) -> None:
    """Changes one event and rewrites everything above it, signed with the stolen key."""
    body = bodies.encode(log[3], "decision.permit", NOW, None, {"number": 12345})
    tamper("UPDATE audit_event SET body = %s WHERE id = %s", body, log[3])
    stored = dict(Event.objects.values_list("id", "body"))
    hashes = [merkle.leaf_hash(bytes(stored[event_id])) for event_id in log]
    edge = Edge()
    for (level, number), tile in edge.extend(hashes).items():
        tamper(
            "UPDATE audit_tile SET hashes = %s WHERE level = %s AND number = %s",
            tile,
            level,
            number,
        )
    signer = publishing.signer()
    for size in (300, 600, 700):
        root = merkle.root(hashes[:size])
        note = signer.sign(Checkpoint(signer.verifier.name, size, root).text())
        tamper("UPDATE audit_checkpoint SET root = %s, note = %s WHERE size = %s", root, note, size)
    tamper("UPDATE audit_head SET root = %s", merkle.root(hashes))


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE audit_head SET root = sha256(root)", "root of the head"),
        ("UPDATE audit_head SET size = size - 1", "counts 699"),
        ("DELETE FROM audit_head", "head of the log is missing"),
        ("DELETE FROM audit_checkpoint WHERE size = 700", "latest checkpoint"),
        ("UPDATE audit_checkpoint SET root = sha256(root) WHERE size = 300", "not what was signed"),
        ("UPDATE audit_checkpoint SET note = 'x' WHERE size = 600", "not signed"),
        ("DELETE FROM audit_tile WHERE level = 1", "Tile 1/0"),
        ("DELETE FROM audit_tile WHERE level = 0 AND number = 1", "changed"),
    ],
)
def test_a_changed_frame_is_named(
    log: list[UUID], tamper: Tamper, statement: str, what: str
) -> None:
    tamper(statement)
    problem = verified().problem
    assert problem is not None
    assert what in problem.what


def test_every_flipped_byte_of_tiles_and_checkpoints_is_found(
    log: list[UUID], tamper: Tamper
) -> None:
    chance = random.Random(3)
    for _ in range(25):
        level, number = chance.choice([(0, 0), (0, 1), (0, 2), (1, 0)])
        length = {(0, 2): 188 * 32, (1, 0): 2 * 32}.get((level, number), 8192)
        flip = FLIP.format("hashes", chance.randrange(length), 1 << chance.randrange(8))
        statement = (
            f"UPDATE audit_tile SET hashes = {flip} WHERE level = {level} AND number = {number}"
        )
        tamper(statement)
        assert verified().problem is not None
        tamper(statement)
    assert verified().problem is None


def test_a_log_signed_by_another_key_is_not_ours(log: list[UUID], tamper: Tamper) -> None:
    thief = Signer(publishing.origin(), bytes(32))
    head = SignedHead.objects.get(size=700)
    note = thief.sign(Checkpoint(publishing.origin(), 700, bytes(head.root)).text())
    tamper("UPDATE audit_checkpoint SET note = %s WHERE size = 700", note)
    problem = verified().problem
    assert problem is not None
    assert "not signed" in problem.what


def run_command(**options: object) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_log", stdout=out, stderr=StringIO(), **options)
    except SystemExit as stop:
        return int(str(stop.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_what_it_found(
    log: list[UUID], tamper: Tamper, published_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "VAR_DIR", published_in.parent)
    status, said = run_command()
    assert status == 0
    assert said.startswith("OK: 700 events, 3 checkpoints, root ")
    tamper(f"UPDATE audit_event SET body = {FLIP.format('body', 40, 1)} WHERE id = %s", log[300])
    status, said = run_command()
    assert status == 1
    assert f"Index 300. Event {log[300]}." in said


def test_the_command_tells_a_bad_log_from_one_it_cannot_read(
    log: list[UUID], tmp_path: Path
) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("verify_log", checkpoint=[tmp_path / "nowhere"])
    assert refusal.value.returncode == 2
    with pytest.raises(CommandError) as refusal:
        call_command("verify_log", vkey="a+b+c")
    assert refusal.value.returncode == 2
