"""A box opens with its key, in its place, unaltered - and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.envelope import OVERHEAD_BYTES, open_, seal
from keys.errors import BoxRefused

KEY = bytes(range(32))


@given(plaintext=st.binary(max_size=300), aad=st.binary(max_size=60))
def test_a_box_gives_back_what_was_put_in(plaintext: bytes, aad: bytes) -> None:
    box = seal(KEY, plaintext, aad=aad)
    assert len(box) == len(plaintext) + OVERHEAD_BYTES
    assert open_(KEY, box, aad=aad) == plaintext


def test_two_boxes_of_one_text_differ() -> None:
    assert seal(KEY, b"same", aad=b"") != seal(KEY, b"same", aad=b"")


@given(position=st.integers(0, OVERHEAD_BYTES + 5), bit=st.integers(0, 7))
def test_any_altered_bit_is_refused(position: int, bit: int) -> None:
    box = bytearray(seal(KEY, b"produce", aad=b"person|field|1"))
    box[position] ^= 1 << bit
    with pytest.raises(BoxRefused):
        open_(KEY, bytes(box), aad=b"person|field|1")


@pytest.mark.parametrize("box", [b"", b"\x01", b"\x02" + bytes(40), b"\x01" + bytes(40)])
def test_garbage_is_refused(box: bytes) -> None:
    with pytest.raises(BoxRefused):
        open_(KEY, box, aad=b"")


def test_another_place_or_key_is_refused() -> None:
    box = seal(KEY, b"produce", aad=b"person|field|1")
    with pytest.raises(BoxRefused):
        open_(KEY, box, aad=b"person|field|2")
    with pytest.raises(BoxRefused):
        open_(KEY[::-1], box, aad=b"person|field|1")
