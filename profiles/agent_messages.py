"""What an authorised agent signs (Data Rights Protocol 1.0, section 3.07): pure, in its order.

A message is base64 of an Ed25519 signature (64 bytes) before the JSON it signs.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE = 64
LONGEST = 16_384
# Because a longer window would let a caught message be used again (2.01).
WINDOW: Final = timedelta(minutes=10)
# The specification writes both forms.
EXERCISES: Final = {
    "sale:opt-out": "sale:opt_out",
    "sale:opt_out": "sale:opt_out",
    "sale:opt-in": "sale:opt_in",
    "sale:opt_in": "sale:opt_in",
    "deletion": "deletion",
    "access": "access",
    "access:categories": "access:categories",
    "access:specific": "access:specific",
}


class MessageRefused(Exception):
    """A message that is not acted on; `status` is the HTTP status, `fatal` that a retry is idle."""

    def __init__(self, status: int, message: str, *, fatal: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fatal = fatal


@dataclass(frozen=True, slots=True)
class Message:
    """A message whose signature is right; `digest` is the SHA-256 of what was sent."""

    members: dict[str, Any]
    digest: bytes

    def text(self, name: str) -> str:
        """A member that must be a text; empty where it is none."""
        value = self.members.get(name)
        return value if isinstance(value, str) else ""


def opened(raw: bytes, *, verify_key: bytes) -> Message:
    """The signed members; raises MessageRefused for what does not decode or was not signed."""
    try:
        signed = base64.b64decode(raw.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise MessageRefused(400, "The body is not base64.") from None
    if len(signed) <= SIGNATURE or len(signed) > LONGEST:
        raise MessageRefused(400, "The body is no signature before a JSON document.")
    try:
        Ed25519PublicKey.from_public_bytes(verify_key).verify(
            signed[:SIGNATURE], signed[SIGNATURE:]
        )
    except InvalidSignature:
        raise MessageRefused(403, "The signature is not the agent's.") from None
    try:
        members = json.loads(signed[SIGNATURE:])
    except ValueError:
        raise MessageRefused(400, "What was signed is not JSON.") from None
    if not isinstance(members, dict):
        raise MessageRefused(400, "What was signed is not a JSON object.")
    return Message(members, hashlib.sha256(signed).digest())


def check(message: Message, *, agent: str, business: str, at: datetime) -> None:
    """Whether it is this agent's, for us, now; raises MessageRefused in the order of 3.07."""
    if message.text("agent-id") != agent:
        raise MessageRefused(403, "agent-id is not the agent that the token belongs to.")
    if not business or message.text("business-id") != business:
        raise MessageRefused(403, "business-id is not ours.")
    issued, expires = _time(message, "issued-at"), _time(message, "expires-at")
    if at < issued:
        raise MessageRefused(400, "issued-at lies in the future; check the clock.", fatal=False)
    if at >= expires:
        raise MessageRefused(400, "expires-at has passed; send a new request.")
    if expires - issued > WINDOW:
        raise MessageRefused(400, "A request may be valid for ten minutes at most.")


def _time(message: Message, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(message.text(name))
    except ValueError:
        raise MessageRefused(400, f"{name} is not an ISO 8601 time.") from None
    if moment.tzinfo is None:
        raise MessageRefused(400, f"{name} lacks its offset.")
    return moment


def exercise_of(message: Message) -> str:
    """The right, in the form of the specification's table; raises MessageRefused."""
    exercise = EXERCISES.get(message.text("exercise"))
    if exercise is None:
        raise MessageRefused(400, "exercise is none of the protocol's rights.")
    if not message.text("drp.version"):
        raise MessageRefused(400, "drp.version is missing.")
    return exercise
