"""RFC 6962 by its definition, word for word, and nothing of the service: the judge of the log."""

from collections.abc import Sequence
from hashlib import sha256


def head(bodies: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of an ordered list of entries (section 2.1)."""
    if not bodies:
        return sha256(b"").digest()
    if len(bodies) == 1:
        return sha256(b"\x00" + bodies[0]).digest()
    k = 1 << (len(bodies) - 1).bit_length() - 1
    return sha256(b"\x01" + head(bodies[:k]) + head(bodies[k:])).digest()
