"""Snapshot tokens: a signed note of exactly what was shown, to whom and when.

`s1.PAYLOAD.MAC`, both in base64url: the payload is canonical JSON, the MAC HMAC-SHA256 under a
key of the service. The holder (a person, a device, a partner) is there only as a digest with a
nonce, so two tokens of one person have nothing in common that anybody else could see.
"""

import binascii
import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from consent.errors import ConsentRefused
from keys import queries as keys

LIFETIME = timedelta(hours=24)
CLOCK_TOLERANCE = timedelta(seconds=5)
LONGEST = 1000
# Pages that we draw ourselves: a Yes from one of them has a token, or it was never shown.
RENDERED = frozenset({"portal"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Because words may be published and shown within one second.
_MICROSECOND = timedelta(microseconds=1)
_VERSION = "s1"
_NAME = "consent-snapshots"
_NONCE, _BINDING = 8, 16


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stood before somebody's eyes.

    `purpose` is the public name, `words` the SHA-256 of the wording in `language`,
    `component` the control it was asked with, `digest` the SHA-256 of the whole token.
    """

    purpose: str
    version: int
    language: str
    words: bytes
    surface: str
    component: str
    shown_at: datetime
    nonce: bytes
    binding: bytes
    digest: bytes = b""

    def belongs_to(self, holder: str) -> bool:
        """Whether it was made for this holder."""
        return hmac.compare_digest(self.binding, _bound(self.nonce, holder))


def person(subject_id: UUID) -> str:
    """A person as a holder."""
    return f"subject:{subject_id.hex}"


def partner(recipient: str) -> str:
    """A partner as a holder: for a visitor whom it cannot name yet."""
    return f"partner:{recipient}"


def make(
    *,
    purpose: str,
    version: int,
    language: str,
    words: bytes,
    surface: str,
    component: str,
    holder: str,
    at: datetime,
) -> str:
    """The token for words that are shown at `at`; good for 24 hours, in the holder's hands."""
    nonce = secrets.token_bytes(_NONCE)
    payload = json.dumps(
        {
            "p": purpose,
            "v": version,
            "l": language,
            "w": _text(words),
            "s": surface,
            "c": component,
            "t": (at - _EPOCH) // _MICROSECOND,
            "n": _text(nonce),
            "h": _text(_bound(nonce, holder)),
        },
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    return ".".join((_VERSION, _text(payload), _text(_mac(payload))))


def read(token: str, *, at: datetime) -> Snapshot:
    """What the token says, once its signature and its age are right.

    Raises ConsentRefused: SNAPSHOT_INVALID for a forged or damaged one, SNAPSHOT_EXPIRED.
    """
    snapshot = _opened(token)
    if snapshot is None:
        raise ConsentRefused(
            "SNAPSHOT_INVALID",
            "This token was not made here, or it was changed.",
            fix="Send the token that came with the words, unchanged.",
            pointer="/snapshot",
        )
    if not -CLOCK_TOLERANCE <= at - snapshot.shown_at <= LIFETIME:
        raise ConsentRefused(
            "SNAPSHOT_EXPIRED",
            "The words were shown more than 24 hours ago.",
            fix="Show the words again, with a new token, and let the person answer.",
            pointer="/snapshot",
        )
    return snapshot


def _opened(token: str) -> Snapshot | None:
    parts = token.split(".") if len(token) <= LONGEST and token.isascii() else []
    if len(parts) != 3 or parts[0] != _VERSION:
        return None
    try:
        payload = _bytes(parts[1])
        if not hmac.compare_digest(_mac(payload), _bytes(parts[2])):
            return None
    except (binascii.Error, ValueError):
        return None
    said = json.loads(payload)
    return Snapshot(
        purpose=said["p"],
        version=said["v"],
        language=said["l"],
        words=_bytes(said["w"]),
        surface=said["s"],
        component=said["c"],
        shown_at=_EPOCH + said["t"] * _MICROSECOND,
        nonce=_bytes(said["n"]),
        binding=_bytes(said["h"]),
        digest=hashlib.sha256(token.encode()).digest(),
    )


def _mac(payload: bytes) -> bytes:
    return hmac.digest(keys.named_key(_NAME), b"mac|" + payload, "sha256")


def _bound(nonce: bytes, holder: str) -> bytes:
    message = b"holder|" + nonce + holder.encode()
    return hmac.digest(keys.named_key(_NAME), message, "sha256")[:_BINDING]


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """The bytes, from their one spelling: two tokens that differ must not mean the same."""
    content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(content) != text:
        raise ValueError("Not in canonical base64url.")
    return content
