"""What people kept is compared with the log: a true thing, a false one, and a rewritten log."""

import json
import logging
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from audit import gossip, publishing, queries
from audit.checkpoints import Checkpoint, Signer
from audit.gossip import KIND, Verdict
from audit.kept import LONGEST, Unreadable, read
from audit.proofs import InclusionProof
from audit.sequencer import Sequencer
from tests.audit.conftest import NOW, write

Drain = Callable[[], None]


def verdict(text: str) -> Verdict:
    return gossip.compare(read(text), at=NOW).verdict


def contradictions() -> list[queries.LoggedEvent]:
    return queries.events(filters=queries.Filters(kind=KIND))


@pytest.fixture
def proofs(drain: Drain) -> list[InclusionProof]:
    """Proofs against an early head of 5 entries; the log has 700 now."""
    early = write(5)
    drain()
    found = [queries.proof(event) for event in early]
    write(695)
    drain()
    return found


def forms(proof: InclusionProof) -> list[str]:
    """Every form in which the same thing is kept."""
    record = {"id": "x", "log": {"proof": proof.text(), "body": proof.json()["body"]}}
    return [
        proof.note,
        proof.text(),
        proof.text().replace("\n", "\r\n"),
        json.dumps(proof.json()),
        json.dumps(record),
        json.dumps({"terms:log": {"terms:proof": proof.text(), "@id": "x"}}),
        json.dumps({"data": record}),
        f"Receipt\nNumber: 7\n\n{proof.text()}",
        f"<html><p>Receipt</p><pre>{proof.text()}</pre></html>",
    ]


def test_every_form_of_a_true_thing_is_consistent_with_the_grown_log(
    proofs: list[InclusionProof],
) -> None:
    for proof in proofs:
        for form in forms(proof):
            compared = gossip.compare(read(form), at=NOW)
            assert compared.verdict is Verdict.CONSISTENT
            assert compared.kept is not None and compared.kept.size == 5
            assert compared.head is not None and compared.head.size == 700
            assert compared.proof
    assert contradictions() == []


def test_one_changed_character_is_never_consistent(proofs: list[InclusionProof]) -> None:
    text = proofs[3].text()
    for at, letter in enumerate(text):
        changed = text[:at] + ("B" if letter != "B" else "C") + text[at + 1 :]
        try:
            assert verdict(changed) in {Verdict.NOT_OURS, Verdict.DAMAGED}, at
        except Unreadable:
            continue
    assert contradictions() == []


def test_another_entry_is_damaged_and_not_a_fault_of_the_log(
    proofs: list[InclusionProof],
) -> None:
    other = proofs[0].json() | {"index": 1}
    assert verdict(json.dumps(other)) is Verdict.DAMAGED
    foreign = proofs[0].json() | {"body": b64encode(b"{}").decode()}
    del foreign["leaf_hash"]
    assert verdict(json.dumps(foreign)) is Verdict.DAMAGED
    torn = proofs[0].json() | {"leaf_hash": proofs[1].json()["leaf_hash"]}
    assert verdict(json.dumps(torn)) is Verdict.DAMAGED
    beyond = proofs[0].json() | {"index": 5}
    assert verdict(json.dumps(beyond)) is Verdict.DAMAGED


def test_another_logs_head_is_not_ours(proofs: list[InclusionProof]) -> None:
    theirs = Signer("elsewhere.example/log", bytes(32))
    note = theirs.sign(Checkpoint("elsewhere.example/log", 5, bytes(32)).text())
    assert verdict(note) is Verdict.NOT_OURS
    same_name = Signer(publishing.origin(), bytes(32))
    forged = same_name.sign(Checkpoint(publishing.origin(), 5, bytes(32)).text())
    assert verdict(forged) is Verdict.NOT_OURS


@pytest.mark.parametrize("size", [1, 5, 256, 699, 700, 701])
def test_a_head_of_another_history_contradicts_and_goes_on_record_once(
    proofs: list[InclusionProof], caplog: pytest.LogCaptureFixture, size: int
) -> None:
    origin = publishing.origin()
    note = publishing.signer().sign(Checkpoint(origin, size, b"r" * 32).text())

    with caplog.at_level(logging.ERROR):
        first = gossip.compare(read(note), at=NOW)
        again = gossip.compare(read(note), at=NOW)

    assert first.verdict is again.verdict is Verdict.CONTRADICTS
    assert (first.recorded, again.recorded) == (True, False)
    (event,) = contradictions()
    assert event.facts["size"] == size and event.facts["head_size"] == 700
    assert event.facts["root"] == b64encode(b"r" * 32).decode()
    assert caplog.messages and all("contradicts the log" in line for line in caplog.messages)
    assert gossip.contradicts(size, b"r" * 32)


def test_a_log_rewritten_with_its_own_key_is_caught_by_what_was_kept(
    proofs: list[InclusionProof], tamper: Callable[..., None], published_in: Path
) -> None:
    """Somebody with the database and the key starts over; the receipt of the first log does not."""
    for table in ("leaf", "tile", "checkpoint", "outbox", "event"):
        tamper(f"DELETE FROM audit_{table}")
    tamper("UPDATE audit_head SET size = 0, root = sha256(''::bytea)")
    (published_in / "checkpoint").unlink()
    write(800, kind="decision.deny")
    again = Sequencer(signer=publishing.signer(), directory=published_in)
    while again.step(at=NOW):
        pass
    again.close()
    assert queries.latest_checkpoint() is not None

    assert verdict(proofs[2].text()) is Verdict.CONTRADICTS


def test_an_empty_log_contradicts_what_it_once_signed(committed: None) -> None:
    note = publishing.signer().sign(Checkpoint(publishing.origin(), 3, b"r" * 32).text())
    assert verdict(note) is Verdict.CONTRADICTS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{",
        "{}",
        "[]",
        '{"log": 3}',
        '{"log": {"log": {"log": {"log": {"log": {}}}}}}',
        '{"a":' * 3000,
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nindex 5",
        "c2sp.org/tlog-proof@v1\nindex x\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex " + "9" * 30 + "\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 5\nAAAA\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 5\n" + ("A" * 43 + "=\n") * 65 + "\nnote",
        '{"checkpoint": "x", "index": true, "proof": []}',
        '{"checkpoint": "x", "index": -1, "proof": []}',
        '{"checkpoint": "x", "index": 1, "proof": [1]}',
        '{"proof": "c2sp.org/tlog-proof@v1\\nindex 5\\n\\nnote", "body": "?"}',
        "\n\n— " + "x" * LONGEST,
        "\x00\x01",
    ],
)
def test_what_is_none_of_these_things_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)
