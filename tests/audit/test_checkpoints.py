"""Checkpoints are the C2SP formats to the byte, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.checkpoints import (
    BadCheckpoint,
    Checkpoint,
    Signer,
    VerifierKey,
    open_checkpoint,
    open_note,
    parse,
)

# A published example of signed-note (C2SP), made by another implementation.
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
TEXT = "This is an example message.\n"
SIGNATURE = (
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
)
EXAMPLE = f"{TEXT}\n— example.com/foo {SIGNATURE}\n"

SIGNER = Signer("example.com/log", bytes(range(32)))
ROOT = bytes(range(32))
NOTE = SIGNER.sign(Checkpoint("example.com/log", 20852163, ROOT).text())


def test_the_published_example_opens() -> None:
    key = VerifierKey.parse(VKEY)
    assert str(key) == VKEY
    assert open_note(EXAMPLE, key) == TEXT


def test_a_checkpoint_comes_back() -> None:
    assert NOTE.startswith(
        "example.com/log\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n"
        "— example.com/log "
    )
    key = VerifierKey.parse(str(SIGNER.verifier))
    assert open_checkpoint(NOTE, key) == Checkpoint("example.com/log", 20852163, ROOT)


@given(position=st.integers(0, len(NOTE.encode()) - 1), bit=st.integers(0, 7))
def test_any_altered_bit_is_refused(position: int, bit: int) -> None:
    altered = bytearray(NOTE.encode())
    altered[position] ^= 1 << bit
    with pytest.raises(BadCheckpoint):
        open_checkpoint(altered.decode(errors="replace"), SIGNER.verifier)


def test_unknown_signatures_are_ignored_and_one_of_ours_is_needed() -> None:
    other = Signer("witness.example", bytes(32))
    text = Checkpoint("example.com/log", 1, ROOT).text()
    both = SIGNER.sign(text) + other.sign(text).removeprefix(text + "\n")
    assert open_checkpoint(both, SIGNER.verifier).size == 1
    assert open_checkpoint(both, other.verifier).size == 1
    with pytest.raises(BadCheckpoint, match="no signature"):
        open_checkpoint(SIGNER.sign(text), other.verifier)


def test_the_same_name_with_another_key_is_no_signature() -> None:
    thief = Signer("example.com/log", bytes(32))
    with pytest.raises(BadCheckpoint, match="no signature"):
        open_checkpoint(thief.sign(Checkpoint("x", 1, ROOT).text()), SIGNER.verifier)


@pytest.mark.parametrize("size", ["-1", "01", "1.0", "", " 1", "1e3", "٣", "9" * 40, "0x1"])
def test_a_size_is_a_plain_number(size: str) -> None:
    with pytest.raises(BadCheckpoint):
        parse(f"origin\n{size}\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")


@pytest.mark.parametrize("root", ["", "AAEC", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "é"])
def test_a_root_is_32_bytes(root: str) -> None:
    with pytest.raises(BadCheckpoint):
        parse(f"origin\n1\n{root}\n")


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n- example.com/foo {SIGNATURE}\n",
        EXAMPLE[:-1],
        EXAMPLE.replace("— example", "—  example"),
        EXAMPLE + "\x00\n",
        "x" * 2_000_000,
    ],
    ids=range(9),
)
def test_garbage_is_refused(note: str) -> None:
    with pytest.raises(BadCheckpoint):
        open_note(note, VerifierKey.parse(VKEY))


@pytest.mark.parametrize(
    "vkey", ["", "a+b", VKEY[:-1], VKEY.replace("530d903a", "530d903b"), "a+00000000+AA=="]
)
def test_a_damaged_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadCheckpoint):
        VerifierKey.parse(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_a_signer_has_a_plain_name(name: str) -> None:
    with pytest.raises(BadCheckpoint):
        Signer(name, bytes(32))
