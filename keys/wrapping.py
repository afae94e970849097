"""How keys wrap keys: a person's data key under a bucket key, a bucket key under the root key.

Each wrapping names its place in the associated data, so that a wrapped key moved to another
person, bucket or generation stays shut.
"""

from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.envelope import open_with, seal_with

BUCKETS = 1024


def bucket_of(subject_id: UUID) -> int:
    """The bucket of a person: the low ten bits, which are random in every UUID we make."""
    return subject_id.int & (BUCKETS - 1)


def wrap_data_key(
    cipher: AESGCM, key: bytes, *, subject: bytes, bucket: int, generation: int
) -> bytes:
    """A data key under its bucket's key (61 bytes)."""
    return seal_with(cipher, key, aad=_place(subject, bucket, generation))


def unwrap_data_key(
    cipher: AESGCM, wrapped: bytes, *, subject: bytes, bucket: int, generation: int
) -> bytes:
    """The data key; raises BoxRefused."""
    return open_with(cipher, wrapped, aad=_place(subject, bucket, generation))


def bucket_place(bucket: int, generation: int) -> bytes:
    """The associated data of a bucket key under the root key."""
    return b"bucket|%d|%d" % (bucket, generation)


def name_place(name: str) -> bytes:
    """The associated data of a named key under the root key."""
    return f"named|{name}".encode()


def _place(subject: bytes, bucket: int, generation: int) -> bytes:
    return b"subject|%b|%d|%d" % (subject, bucket, generation)
