"""Authenticated encryption: AES-256-GCM (NIST SP 800-38D) with a random nonce per box.

A box is one version byte, a 12-byte nonce, the ciphertext and a 16-byte tag. The associated
data is not stored: who opens must know where the box belongs, so that a box moved to another
person, field or version stays shut.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.errors import BoxRefused

KEY_BYTES = 32
OVERHEAD_BYTES = 29

_VERSION = b"\x01"
_NONCE_BYTES = 12


def seal(key: bytes, plaintext: bytes, *, aad: bytes) -> bytes:
    """A box of `plaintext`, longer by OVERHEAD_BYTES, bound to `aad`; `key` is 32 bytes."""
    return seal_with(AESGCM(key), plaintext, aad=aad)


def open_(key: bytes, box: bytes, *, aad: bytes) -> bytes:
    """The plaintext of a box; raises BoxRefused when anything differs."""
    return open_with(AESGCM(key), box, aad=aad)


def seal_with(cipher: AESGCM, plaintext: bytes, *, aad: bytes) -> bytes:
    """As `seal`, for many boxes under one key."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + cipher.encrypt(nonce, plaintext, aad)


def open_with(cipher: AESGCM, box: bytes, *, aad: bytes) -> bytes:
    """As `open_`, for many boxes under one key."""
    if len(box) < OVERHEAD_BYTES or box[:1] != _VERSION:
        raise BoxRefused("This is not a sealed box of a known version.")
    try:
        return cipher.decrypt(box[1:13], box[13:], aad)
    except InvalidTag:
        raise BoxRefused("The sealed box does not open with this key in this place.") from None
