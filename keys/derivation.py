"""Keys made from keys: HKDF-SHA256 (RFC 5869) and keyed digests (RFC 2104)."""

import hmac
from datetime import UTC, datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

TAG_BYTES = 16


def tag_key(data_key: bytes) -> bytes:
    """The key of a person's log tags (32 bytes); it dies with the data key."""
    return HKDFExpand(SHA256(), 32, b"sayso/subject-tag/1").derive(data_key)


def month_of(at: datetime) -> int:
    """The UTC month as `year * 100 + month`; raises ValueError for a time without a zone."""
    if at.tzinfo is not UTC:
        if at.tzinfo is None:
            raise ValueError("A time without a zone has no month.")
        at = at.astimezone(UTC)
    return at.year * 100 + at.month


def monthly_tag(key: bytes, month: int) -> bytes:
    """16 bytes that stand for one person in one month, unlinkable to the next month."""
    return hmac.digest(key, b"audit|%d" % month, "sha256")[:TAG_BYTES]


def keyed_index(key: bytes, kind: str, value: str) -> bytes:
    """32 bytes that stand for `value` among values of `kind`, for equality search only."""
    return hmac.digest(key, f"{len(kind)}|{kind}|{value}".encode(), "sha256")
