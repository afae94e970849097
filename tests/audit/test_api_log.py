"""GET /v1/log/checkpoint, /v1/log/proofs/{event}, /v1/log/consistency and /v1/log/tile/{tile}."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from audit import publishing
from audit.checkpoints import open_checkpoint
from audit.merkle import leaf_hash, root, verify_consistency, verify_inclusion
from audit.models import Cosignature, Event, SignedHead
from audit.public_ids import EVENT, parsed
from tests.audit.conftest import NOW, write
from tests.audit.witness import Cosigner
from tests.cast import ada, catalogue
from tests.partners import (
    EVALUATION,
    Partner,
    check_problem,
    northwind,
    nothing_remembered,
    question,
    shop_app,
)

__all__ = ["ada", "catalogue", "northwind", "nothing_remembered", "shop_app"]
pytestmark = pytest.mark.django_db
CHECKPOINT = "/v1/log/checkpoint"
PROOFS = "/v1/log/proofs"
CONSISTENCY = "/v1/log/consistency"
TILE = "/v1/log/tile"
JSON = "application/json"


def asked_event(partner: Partner, person: UUID) -> str:
    """The log entry of a question just asked."""
    answer = partner.post(EVALUATION, question(partner.id_of(person), "targeted_ads"))
    return str(answer.json()["context"]["event"])


def test_a_proof_leads_from_the_entry_to_the_signed_head(
    drain: Callable[[], None], shop_app: Partner, ada: UUID
) -> None:
    event = asked_event(shop_app, ada)
    drain()

    note = shop_app.get(CHECKPOINT)
    proof = shop_app.get(f"{PROOFS}/{event}")

    assert note["Content-Type"].startswith("text/plain")
    head = open_checkpoint(note.content.decode(), publishing.verifier_key())
    text = proof.content.decode()
    assert proof["Content-Type"].startswith("text/plain")
    path, separator, checkpoint = text.partition("\n\n")
    assert separator and checkpoint == note.content.decode()
    first, index, *hashes = path.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    body = bytes(Event.objects.get(id=parsed(EVENT, event)).body)
    leaf = b64decode(proof["Leaf-Hash"])
    assert leaf == leaf_hash(body)
    position = int(index.removeprefix("index "))
    parts = [b64decode(each) for each in hashes]
    assert verify_inclusion(position, head.size, leaf, parts, head.root)


def test_as_json_a_first_party_gets_the_entry_and_a_third_party_does_not(
    drain: Callable[[], None], shop_app: Partner, northwind: Partner, ada: UUID
) -> None:
    ours, theirs = asked_event(shop_app, ada), asked_event(northwind, ada)
    drain()

    first = shop_app.get(f"{PROOFS}/{ours}", Accept=JSON).json()
    third = northwind.get(f"{PROOFS}/{theirs}", Accept=JSON).json()

    assert first["event"] == ours
    facts = json.loads(b64decode(first["body"]))["facts"]
    assert facts["recipient"] == "shop-app"
    assert "body" not in third and third["leaf_hash"]
    head = shop_app.get(CHECKPOINT, Accept=JSON).json()
    assert head["size"] == first["size"] and head["verifier_key"]


def test_cosignatures_travel_with_heads_and_proofs(
    drain: Callable[[], None], shop_app: Partner, ada: UUID, tmp_path: Path, settings: Any
) -> None:
    event = asked_event(shop_app, ada)
    drain()
    assert shop_app.get(CHECKPOINT, Accept=JSON).json()["witnessed"] is None
    cosigner = Cosigner("w.example/1", bytes(32))
    (tmp_path / "policy").write_text(f"witness W {cosigner.key}\nquorum W\n")
    settings.WITNESS_POLICY_FILE = str(tmp_path / "policy")
    head = SignedHead.objects.latest("size")
    line = cosigner.line(head.note.partition("\n\n")[0] + "\n", 1_700_000_000)
    Cosignature.objects.create(
        size=head.size, name=cosigner.key.name, key_id=cosigner.key.id, signed_at=NOW, at=NOW,
        line=line,
    )  # fmt: skip

    note = f"{head.note}{line}\n"
    assert shop_app.get(CHECKPOINT).content.decode() == note
    shown = shop_app.get(CHECKPOINT, Accept=JSON).json()
    assert shown["witnessed"] == {"size": head.size, "checkpoint": note}
    assert shown["checkpoint"] == note
    assert shop_app.get(f"{PROOFS}/{event}").content.decode().endswith(note)


def test_an_entry_that_waits_for_its_place_says_so(
    drain: Callable[[], None], shop_app: Partner, ada: UUID
) -> None:
    members = check_problem(
        shop_app.get(f"{PROOFS}/{asked_event(shop_app, ada)}"), 404, "NOT_YET_SEALED"
    )

    assert members["retry"] == "after:1"


def test_an_empty_log_has_no_head(shop_app: Partner) -> None:
    check_problem(shop_app.get(CHECKPOINT), 404, "LOG_EMPTY")


@pytest.mark.parametrize(
    "name", ["evt_" + "0" * 32, "3f1c2a9e-6b1d-4c55-9d0a-2f7f6f6d1b10", "x", "evt_", "%00"]
)
def test_no_such_entry_is_a_404(shop_app: Partner, name: str) -> None:
    check_problem(shop_app.get(f"{PROOFS}/{name}"), 404, "NOT_FOUND")


def test_an_accept_header_that_nothing_fits_is_a_406(shop_app: Partner) -> None:
    check_problem(shop_app.get(CHECKPOINT, Accept="image/png"), 406, "NOT_ACCEPTABLE")


def test_the_log_is_shown_to_have_only_grown(drain: Callable[[], None], shop_app: Partner) -> None:
    write(300)
    drain()
    early = shop_app.get(CHECKPOINT, Accept=JSON).json()
    write(20)
    drain()

    text = shop_app.get(f"{CONSISTENCY}?old={early['size']}").content.decode()
    members = shop_app.get(f"{CONSISTENCY}?old={early['size']}", Accept=JSON).json()

    path, _, note = text.partition("\n\n")
    first, *lines = path.split("\n")
    late = open_checkpoint(note, publishing.verifier_key())
    assert (first, late.size) == (f"old {early['size']}", early["size"] + 20)
    hashes = [b64decode(line) for line in lines]
    sizes_and_roots = early["size"], late.size, b64decode(early["root"]), late.root
    assert verify_consistency(*sizes_and_roots, hashes)
    assert (members["proof"], members["checkpoint"]) == (lines, note)


@pytest.mark.parametrize("old", ["", "0", "400", "-1", "x", "٣", "9" * 30])
def test_sizes_that_the_log_never_had(
    drain: Callable[[], None], shop_app: Partner, old: str
) -> None:
    write(3)
    drain()
    members = check_problem(shop_app.get(f"{CONSISTENCY}?old={old}"), 400, "INVALID_REQUEST")
    assert members["errors"][0]["pointer"] == "/old"


def test_tiles_lead_to_the_signed_root(drain: Callable[[], None], shop_app: Partner) -> None:
    write(300)
    drain()
    head = open_checkpoint(shop_app.get(CHECKPOINT).content.decode(), publishing.verifier_key())
    wide = head.size - 256

    tiles = [shop_app.get(f"{TILE}/0/{name}") for name in ("000", f"001.p/{wide}")]

    assert {tile["Content-Type"] for tile in tiles} == {"application/octet-stream"}
    joined = b"".join(tile.content for tile in tiles)
    assert root([joined[at : at + 32] for at in range(0, len(joined), 32)]) == head.root
    assert "immutable" in tiles[0]["Cache-Control"]
    check_problem(shop_app.get(f"{TILE}/0/001.p/{wide + 1}"), 404, "NOT_FOUND")


@pytest.mark.parametrize("name", ["0/001", "1/000", "9/000", "entries/000", "x", "0/0"])
def test_tiles_that_are_not_there(drain: Callable[[], None], shop_app: Partner, name: str) -> None:
    write(100)
    drain()
    check_problem(shop_app.get(f"{TILE}/{name}"), 404, "NOT_FOUND")
