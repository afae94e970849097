"""How signature lines of a note are checked, by the algorithm byte of their key (C2SP).

A further algorithm is one more entry in REGISTERED: the byte, the length of its public key and
a function that checks. ML-DSA-44 (0x06) signs `cosigned_message` of tlog-cosignature, which
names the cosigner: that is why the name of the key is handed in.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04
TIME_BYTES = 8

#: Called with name, public key, signature and text; raises InvalidSignature or ValueError.
Check = Callable[[str, bytes, bytes, bytes], None]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """The length of a public key in bytes, and how a signature is checked."""

    key_bytes: int
    check: Check


def timed(seconds: int, text: bytes) -> bytes:
    """What an Ed25519 cosigner signs: the text below a time in seconds since 1970."""
    return b"cosignature/v1\ntime %d\n%b" % (seconds, text)


def _plain(name: str, public: bytes, signature: bytes, text: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(public).verify(signature, text)


def _cosigned(name: str, public: bytes, signature: bytes, text: bytes) -> None:
    seconds = int.from_bytes(signature[:TIME_BYTES])
    if seconds >> 63:
        raise ValueError("The time of a cosignature is below 2**63.")
    _plain(name, public, signature[TIME_BYTES:], timed(seconds, text))


REGISTERED: dict[int, Algorithm] = {
    ED25519: Algorithm(32, _plain),
    COSIGNATURE: Algorithm(32, _cosigned),
}
