"""Cosignatures are the C2SP format to the byte; notes with many lines work."""

from base64 import b64encode

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given
from hypothesis import strategies as st

from audit import algorithms
from audit.algorithms import COSIGNATURE, Algorithm
from audit.checkpoints import BadCheckpoint, Checkpoint, Signer, VerifierKey, open_checkpoint
from audit.cosignatures import cosignature, cosigned, right_ones
from tests.audit.witness import Cosigner

LOG = Signer("example.com/log", bytes(range(32)))
TEXT = Checkpoint("example.com/log", 7, bytes(range(32))).text()
NOTE = LOG.sign(TEXT)
SEEN = 1679315147
ONE, TWO = Cosigner("w.example/1", b"1" * 32), Cosigner("w.example/2", b"2" * 32)
UNKNOWN = "— example.com/log " + b64encode(b"\x06mld" + bytes(2428)).decode()
FULL = cosigned(NOTE, [UNKNOWN, ONE.line(TEXT, SEEN), UNKNOWN, TWO.line(TEXT, SEEN + 1)])


def test_a_note_with_many_lines_opens_for_each_of_its_keys() -> None:
    assert open_checkpoint(FULL, LOG.verifier).size == 7
    found = right_ones(FULL, [ONE.key, TWO.key])
    assert [(one.key, one.seconds) for one in found] == [(ONE.key, SEEN), (TWO.key, SEEN + 1)]
    assert all(one.line in FULL for one in found)


def test_a_cosigner_is_not_the_log_and_the_log_is_no_cosigner() -> None:
    assert cosignature(NOTE, ONE.key) is None
    same_key_as_log = VerifierKey(LOG.verifier.name, LOG.verifier.public, COSIGNATURE)
    assert cosignature(NOTE, same_key_as_log) is None
    with pytest.raises(BadCheckpoint):
        VerifierKey.parse(str(ONE.key))
    assert VerifierKey.parse(str(ONE.key), algorithm=COSIGNATURE) == ONE.key


def test_a_cosignature_on_another_text_is_refused() -> None:
    other = Checkpoint("example.com/log", 8, bytes(range(32))).text()
    lying = cosigned(NOTE, [ONE.line(other, SEEN)])
    with pytest.raises(BadCheckpoint, match="does not fit"):
        cosignature(lying, ONE.key)
    assert right_ones(cosigned(lying, [TWO.line(TEXT, SEEN)]), [ONE.key, TWO.key])[0].key == TWO.key
    assert open_checkpoint(lying, LOG.verifier).size == 7


@pytest.mark.parametrize(("seconds", "now"), [(0, None), (SEEN, SEEN - 301)])
def test_a_time_that_cannot_be_is_refused(seconds: int, now: int | None) -> None:
    with pytest.raises(BadCheckpoint, match="time"):
        cosignature(cosigned(NOTE, [ONE.line(TEXT, seconds)]), ONE.key, now=now)


def test_a_time_of_64_bits_is_refused() -> None:
    with pytest.raises(BadCheckpoint):
        cosignature(cosigned(NOTE, [ONE.line(TEXT, 1 << 63)]), ONE.key)


LINE = ONE.line(TEXT, SEEN)


@given(position=st.integers(0, len(LINE.encode()) - 1), bit=st.integers(0, 7))
def test_any_altered_bit_counts_for_nothing(position: int, bit: int) -> None:
    altered = bytearray(LINE.encode())
    altered[position] ^= 1 << bit
    assert right_ones(cosigned(NOTE, [altered.decode(errors="replace")]), [ONE.key]) == []


def test_a_second_algorithm_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(name: str, public: bytes, signature: bytes, text: bytes) -> None:
        if signature != public[:3] + name.encode() + text[:1]:
            raise InvalidSignature

    monkeypatch.setitem(algorithms.REGISTERED, 0x77, Algorithm(5, check))
    key = VerifierKey.parse(str(VerifierKey("new.example", b"abcde", 0x77)), algorithm=0x77)
    right = b64encode(key.id + b"abcnew.examplee").decode()
    beside = cosigned(NOTE, [f"— new.example {right}"])
    assert open_checkpoint(beside, key) == open_checkpoint(beside, LOG.verifier)
    with pytest.raises(BadCheckpoint, match="does not fit"):
        open_checkpoint(beside.replace(right, b64encode(key.id + b"abd").decode()), key)
