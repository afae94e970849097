"""Verifiers that we did not write accept every proof our log makes, and no forged one."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from audit import merkle, publishing, queries
from audit.checkpoints import Checkpoint, Signer
from audit.copying import copy_log
from audit.models import Event, Leaf, SignedHead
from audit.tiles import Edge
from tests.audit import judges
from tests.audit.conftest import write
from tests.audit.judges import Consistency, Inclusion

SIZE = 700
PROOFS = 110


@pytest.fixture
def events(drain: Callable[[], None]) -> list[UUID]:
    """A log of three full tiles and more, over several levels; its events by index."""
    write(SIZE)
    drain()
    return list(Leaf.objects.order_by("index").values_list("event_id", flat=True))


@pytest.fixture
def inclusions(events: list[UUID]) -> list[Inclusion]:
    """The proofs of over a hundred events, as the log gives them out."""
    borders = [0, 1, 254, 255, 256, 257, 511, 512, SIZE - 2, SIZE - 1]
    chosen = [queries.proof(events[at]) for at in {*borders, *range(3, SIZE, SIZE // PROOFS)}]
    assert len(chosen) >= PROOFS
    return [
        Inclusion(proof.index, proof.size, proof.leaf_hash, proof.root, tuple(proof.hashes))
        for proof in chosen
    ]


@pytest.fixture
def consistencies(events: list[UUID]) -> list[Consistency]:
    """The proofs between over a hundred pairs of sizes, as the log gives them out."""
    edge, roots = Edge(), [merkle.EMPTY_ROOT]
    bodies = dict(Event.objects.values_list("id", "body"))
    for event in events:
        edge.append(merkle.leaf_hash(bytes(bodies[event])))
        roots.append(edge.root())
    pairs = [(1, 2), (255, 256), (256, 257), (256, SIZE), (512, SIZE), (SIZE - 1, SIZE)]
    pairs += [(1 + (at * 37) % 300, 301 + (at * 53) % 400) for at in range(PROOFS)]
    return [
        Consistency(old, new, roots[old], roots[new], tuple(queries.consistency(old, new)))
        for old, new in pairs
    ]


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> judges.Go:
    """The judge in Go; skipped visibly where Go is not installed."""
    if judges.GO is None or not (judges.GO_PATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip(judges.GO_MISSING)
    return judges.Go(tmp_path_factory.mktemp("go"))


def agree(ask: Callable[[list[Any]], list[bool]], claims: list[Any]) -> None:
    """The judge accepts each claim and refuses each forgery of it."""
    assert len(claims) >= 100
    assert ask(claims) == [True] * len(claims)
    forged = [forgery for claim in claims for forgery in claim.forgeries()]
    accepted = [
        claim for claim, verdict in zip(forged, ask(forged), strict=True) if verdict is not False
    ]
    assert accepted == []


def test_go_accepts_every_proof(
    go: judges.Go, inclusions: list[Inclusion], consistencies: list[Consistency]
) -> None:
    agree(go.inclusion, inclusions)
    agree(go.consistency, consistencies)


def test_tamperlog_and_pymerkle_accept_every_proof(
    inclusions: list[Inclusion], consistencies: list[Consistency]
) -> None:
    agree(judges.Tamperlog().inclusion, inclusions)
    agree(judges.Tamperlog().consistency, consistencies)
    agree(judges.Pymerkle(SIZE).inclusion, inclusions)


def test_go_opens_our_checkpoints_and_no_forged_one(go: judges.Go, events: list[UUID]) -> None:
    key = str(publishing.verifier_key())
    heads = [(head.note, head.size, bytes(head.root)) for head in SignedHead.objects.all()]
    note, size, root = heads[-1]
    thief = Signer(publishing.origin(), bytes(32))
    forged = [
        (thief.sign(Checkpoint(publishing.origin(), size, root).text()), size, root),
        (note.replace(f"\n{size}\n", f"\n{size + 1}\n"), size + 1, root),
        (note.replace("\n\n", "\nmore\n\n"), size, root),
        (note[:-1], size, root),
        (note, size, bytes(32)),
    ]

    def ask(notes: list[tuple[str, int, bytes]]) -> list[bool]:
        return go.ask(
            [
                {"kind": "note", "note": note, "keys": [key], "size": size, "root": encoded(root)}
                for note, size, root in notes
            ]
        )

    assert len(heads) > 1 and ask(heads) == [True] * len(heads)
    assert ask(forged) == [False] * len(forged)


def test_go_finds_every_event_in_a_copy_of_the_tiles(
    go: judges.Go, inclusions: list[Inclusion], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy_log(copy)

    def ask(claims: list[Inclusion]) -> list[bool]:
        return go.ask(
            [
                {
                    "kind": "tile",
                    "folder": str(copy),
                    "index": claim.index,
                    "size": claim.size,
                    "leaf": encoded(claim.leaf),
                    "root": encoded(claim.root),
                }
                for claim in claims
            ]
        )

    assert ask(inclusions) == [True] * len(inclusions)
    tile = copy / "tile" / "0" / "001"
    tile.write_bytes(b"x" + tile.read_bytes()[1:])
    # Because this judge proves by the neighbours of a leaf, the leaf itself may be anything.
    there = [claim for claim in inclusions if 256 < claim.index < 512]
    assert there and not any(ask(there))


def encoded(content: bytes) -> str:
    return b64encode(content).decode()
