"""The standalone verifier, run as an auditor runs it: elsewhere, alone, on files."""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management import CommandError, call_command

from audit import publishing, queries
from audit.checkpoints import Checkpoint, Signer
from audit.models import Leaf, SignedHead
from console.exporting import json_lines
from console.queries import log as console_log
from console.queries.words import words
from tests.audit.conftest import drain, published_in, sequencer, tamper, write

__all__ = ["drain", "published_in", "sequencer", "tamper"]
VERIFIER = Path(settings.BASE_DIR) / "tools" / "verify" / "verify.py"
SIZE = 700
RIGHT, WRONG, UNUSABLE = 0, 1, 2
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a copy of the file in a folder of its own, where nothing of ours can be imported."""
    folder = tmp_path / "auditor"
    folder.mkdir()
    (folder / "verify.py").write_bytes(VERIFIER.read_bytes())

    def start(*words: object, flags: tuple[str, ...] = ("-I",)) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, *flags, "verify.py", *map(str, words)],
            cwd=folder, env={}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    return start


@pytest.fixture
def key() -> str:
    return str(publishing.verifier_key())


@pytest.fixture
def copied(drain: Callable[[], None], tmp_path: Path) -> Path:
    """A copy of a log of 701 events (the copying is one), as `copy_log` makes it."""
    write(SIZE)
    drain()
    folder = tmp_path / "copy"
    call_command("copy_log", str(folder), verbosity=0)
    return folder


@pytest.fixture
def event(copied: Path) -> dict[str, Path]:
    """The files of the proof of one event: text, JSON with the body, body."""
    proof = queries.proof(Leaf.objects.get(index=300).event_id)
    files = {
        "text": proof.text().encode(),
        "json": json.dumps(proof.json()).encode(),
        "body": proof.body,
    }
    for name, content in files.items():
        (copied.parent / name).write_bytes(content)
    return {name: copied.parent / name for name in files}


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_one_event(run: Run, event: dict[str, Path], key: str) -> None:
    leaf = b64encode(sha256(b"\x00" + event["body"].read_bytes()).digest()).decode()
    status, said = run("proof", event["text"], "--vkey", key, "--leaf", event["body"])
    assert (status, said[:38]) == (RIGHT, "OK: this event has index 300 in the lo")
    assert run("proof", event["json"], "--vkey", key)[0] == RIGHT
    status, said = run("proof", event["text"], "--vkey", key, "--leaf-hash", leaf)
    assert (status, "an event of this hash" in said) == (RIGHT, True)
    status, said = run("proof", event["text"], "--vkey", key)
    assert (status, "--leaf" in said) == (UNUSABLE, True)


FORGERIES = (
    ("index 300", "index 301"),
    ("index 300", "index 0300"),
    ("index 300", "index " + "9" * 5000),
    ("index 300\n", "index 300\n" + b64encode(bytes(32)).decode() + "\n"),
    ("tlog-proof@v1", "tlog-proof@v2"),
    ("\n700\n", "\n701\n"),
    ("\n\u2014 ", "\n- "),
)


def test_forged_proofs(run: Run, event: dict[str, Path], key: str) -> None:
    text = event["text"].read_text()
    for old, new in FORGERIES:
        assert old in text
        event["text"].write_text(text.replace(old, new, 1))
        status, said = run("proof", event["text"], "--vkey", key, "--leaf", event["body"])
        assert (status, said[:5]) == (WRONG, "BAD: "), new[:20]


def test_a_changed_event_or_another_key(run: Run, event: dict[str, Path], key: str) -> None:
    thief = Signer(publishing.origin(), bytes(32)).verifier
    proof = ("proof", event["text"], "--leaf", event["body"], "--vkey")
    assert run(*proof, thief) == (WRONG, f"BAD: The checkpoint is not signed by {thief.name}.\n")
    assert run(*proof, key[:-1])[0] == UNUSABLE
    flip(event["body"], 20)
    status, said = run(*proof, key)
    assert (status, "not the event of index 300" in said) == (WRONG, True)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"a":' * 9**5, b"\xff", b'{"proof": 1}'])
def test_garbage_for_a_proof(run: Run, tmp_path: Path, key: str, content: bytes) -> None:
    (tmp_path / "garbage").write_bytes(content)
    status, _ = run("proof", tmp_path / "garbage", "--vkey", key, "--leaf", tmp_path / "garbage")
    assert status == WRONG


class Witness:
    """Cosigns as C2SP tlog-cosignature says."""

    def __init__(self, name: str, seed: int) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        public = b"\x04" + self._private.public_key().public_bytes_raw()
        self._id = sha256(name.encode() + b"\n" + public).digest()[:4]
        self._name = name
        self.key = f"{name}+{self._id.hex()}+{b64encode(public).decode()}"

    def cosign(self, note: str) -> str:
        text = note.rpartition("\n\n")[0] + "\n"
        signed = self._private.sign(f"cosignature/v1\ntime 1795000000\n{text}".encode())
        line = b64encode(self._id + (1795000000).to_bytes(8, "big") + signed).decode()
        return f"{note}\u2014 {self._name} {line}\n"


def test_witnesses(run: Run, tmp_path: Path) -> None:
    log = Signer("example.com/log", bytes(32))
    one, two, three = (Witness(f"w{seed}.example", seed) for seed in (1, 2, 3))
    note = log.sign(Checkpoint("example.com/log", 5, bytes(32)).text())
    path = tmp_path / "note"
    path.write_text(two.cosign(one.cosign(note)))
    asked = ("checkpoint", path, "--vkey", log.verifier, "--witness", one.key, "--witness")
    assert run(*asked, two.key)[0] == RIGHT
    status, said = run(*asked, three.key)
    assert (status, said) == (WRONG, "BAD: 1 of the witnesses cosigned, 2 are needed.\n")
    assert run(*asked, three.key, "--quorum", 1)[0] == RIGHT
    assert run(*asked, one.key)[0] == UNUSABLE
    assert run(*asked, log.verifier)[0] == UNUSABLE
    assert run("checkpoint", path, "--vkey", one.key)[0] == UNUSABLE
    path.write_text(path.read_text().replace(" w2.example ", " w3.example "))
    assert run(*asked, two.key)[0] == WRONG
    path.write_text(note + one.cosign(note + "x\n\n").rpartition("\n\n")[2])
    status, said = run(*asked, two.key, "--quorum", 1)
    assert (status, "w1.example does not fit" in said) == (WRONG, True)


def test_growth(run: Run, copied: Path, key: str, tmp_path: Path) -> None:
    heads = [head.note for head in SignedHead.objects.order_by("size")]
    (tmp_path / "old").write_text(heads[0])
    (tmp_path / "proof").write_text(queries.consistency_with_latest(300).text())
    asked = ("consistency", tmp_path / "old", "--vkey", key)
    assert run(*asked, "--proof", tmp_path / "proof")[0] == RIGHT
    assert run(*asked, "--tiles", copied)[0] == RIGHT
    (tmp_path / "new").write_text(heads[1])
    assert run(*asked, "--tiles", copied, "--new", tmp_path / "new")[0] == RIGHT
    assert run(*asked, "--proof", tmp_path / "proof", "--new", tmp_path / "new")[0] == WRONG
    assert run(*asked)[0] == UNUSABLE
    rewritten = Checkpoint(publishing.origin(), 300, bytes(32)).text()
    (tmp_path / "old").write_text(publishing.signer().sign(rewritten))
    for way in (("--proof", tmp_path / "proof"), ("--tiles", copied)):
        status, said = run(*asked, *way)
        assert (status, "history was rewritten" in said) == (WRONG, True)


def test_a_copy_of_the_log(run: Run, copied: Path, key: str, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text(SignedHead.objects.order_by("size")[0].note)
    (tmp_path / "vkey").write_text(f"{key}\n")
    asked = ("log", copied, "--vkey", tmp_path / "vkey", "--kept", tmp_path / "kept")
    status, said = run(*asked)
    assert (status, said[:4], f" {SIZE} events" in said) == (RIGHT, "OK: ", True)
    forked = Checkpoint(publishing.origin(), 300, bytes(32)).text()
    (tmp_path / "kept").write_text(publishing.signer().sign(forked))
    assert run(*asked)[0] == WRONG
    ahead = Checkpoint(publishing.origin(), 9000, bytes(32)).text()
    (tmp_path / "kept").write_text(publishing.signer().sign(ahead))
    assert "only" in run(*asked)[1]


def test_the_first_bad_event_is_named(run: Run, copied: Path, key: str) -> None:
    events = dict(Leaf.objects.values_list("index", "event_id"))
    for index in (0, 256, 699):
        number, place = divmod(index, 256)
        width = "" if number < 2 else f".p/{SIZE - 512}"
        bundle = copied / "tile" / "entries" / f"{number:03d}{width}"
        tile = copied / "tile" / "0" / f"{number:03d}{width}"
        content, start = bundle.read_bytes(), 0
        for _ in range(place):
            start += 2 + int.from_bytes(content[start : start + 2], "big")
        fact = content.index(b'"number"', start) + 9
        for file, at in ((bundle, fact), (tile, 32 * place)):
            untouched = file.read_bytes()
            flip(file, at)
            status, said = run("log", copied, "--vkey", key)
            assert (status, f"index {index}, event {events[index]}" in said) == (WRONG, True)
            file.write_bytes(untouched)


def test_every_damaged_file_is_found(run: Run, copied: Path, key: str) -> None:
    files = [file for file in copied.rglob("*") if file.is_file() and file.name != "vkey"]
    assert len(files) == 8
    for file in files:
        whole = file.read_bytes()
        flip(file, len(whole) // 2)
        assert run("log", copied, "--vkey", key)[0] == WRONG
        for other in (whole + b"x", whole[:-1]):
            file.write_bytes(other)
            assert run("log", copied, "--vkey", key)[0] == WRONG
        file.unlink()
        missing = UNUSABLE if file.name == "checkpoint" else WRONG
        assert run("log", copied, "--vkey", key)[0] == missing
        file.write_bytes(whole)


def test_events_whose_time_was_over_are_proven_by_their_hash(
    run: Run, drain: Callable[[], None], tamper: Callable[..., None], key: str, tmp_path: Path
) -> None:
    write(10)
    drain()
    tamper("DELETE FROM audit_event WHERE id = (SELECT event_id FROM audit_leaf WHERE index = 3)")
    call_command("copy_log", str(tmp_path / "copy"), verbosity=0)
    status, said = run("log", tmp_path / "copy", "--vkey", key)
    assert (status, "index 3 was removed" in said) == (WRONG, True)
    status, said = run("log", tmp_path / "copy", "--vkey", key, "--bodies-from", 4)
    assert (status, "1 of them by their hash" in said) == (RIGHT, True)


def test_the_list_that_officers_export(run: Run, copied: Path, key: str, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "checkpoint").write_bytes((copied / "checkpoint").read_bytes())
    lines = list(json_lines(console_log.every(filters=queries.Filters()), words()))
    listed = folder / "events.jsonl"
    listed.write_bytes(b"".join(lines))
    assert run("log", folder, "--vkey", key)[0] == RIGHT
    listed.write_bytes(b"".join([*lines[:100], *lines[101:]]))
    status, said = run("log", folder, "--vkey", key)
    assert (status, "is missing" in said) == (WRONG, True)
    row = json.loads(lines[100])
    row["body_base64"] = b64encode(b"another event").decode()
    listed.write_bytes(b"".join([*lines[:100], json.dumps(row).encode() + b"\n", *lines[101:]]))
    status, said = run("log", folder, "--vkey", key)
    assert (status, "not as it was signed" in said) == (WRONG, True)
    listed.write_bytes(b"".join([*lines, lines[-1]]))
    assert run("log", folder, "--vkey", key) == (WRONG, "BAD: Two events have index 0.\n")


def test_without_cryptography_it_says_what_to_install(run: Run, copied: Path, key: str) -> None:
    asked = ("checkpoint", copied / "checkpoint", "--vkey", key)
    status, said = run(*asked, flags=("-I", "-S"))
    assert (status, "pip install cryptography" in said) == (UNUSABLE, True)


def test_help_and_wrong_words(run: Run) -> None:
    assert run("--help")[0] == RIGHT
    for verb in ("checkpoint", "proof", "consistency", "log"):
        status, said = run(verb, "--help")
        assert (status, "--vkey" in said) == (RIGHT, True)
        assert run(verb)[0] == UNUSABLE
    assert run()[0] == UNUSABLE


def test_a_copy_goes_into_an_empty_folder_only(copied: Path) -> None:
    with pytest.raises(CommandError, match="not empty"):
        call_command("copy_log", str(copied))
    assert queries.events(filters=queries.Filters(kind="log.copied"))
