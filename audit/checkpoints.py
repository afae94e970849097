"""Signed tree heads: C2SP tlog-checkpoint on C2SP signed-note, Ed25519 (RFC 8032).

A checkpoint names the log (origin), its size and its root; anybody with the verifier key can
check it offline. Signatures by unknown keys are ignored, so that witnesses may add theirs and a
second algorithm may stand beside the first.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519 = b"\x01"
_LARGEST_NOTE = 1_000_000
_LARGEST_SIZE_DIGITS = 19


class BadCheckpoint(ValueError):
    """A note that is malformed, or that the known key did not sign."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: `size` leaves under `root` (32 bytes) in the log `origin`."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text that is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who signs, and how to check it; `str()` gives the form of signed-note (`vkey`)."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, algorithm, key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """`name+hexid+base64`."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """The key of a `vkey` line; raises BadCheckpoint."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise BadCheckpoint("A verifier key is name+id+key.")
        encoded = _base64(parts[2])
        key = cls(parts[0], encoded[1:])
        if encoded[:1] != _ED25519 or len(key.public) != 32 or key.id.hex() != parts[1]:
            raise BadCheckpoint("The verifier key is damaged or not Ed25519.")
        return key


class Signer:
    """Signs notes under one name with the key made from a 32-byte seed."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not name or "+" in name or any(letter.isspace() for letter in name):
            raise BadCheckpoint("The name of a key has no space and no plus.")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.verifier = VerifierKey(name, public)

    def sign(self, text: str) -> str:
        """The signed note of `text`, which ends in a newline."""
        if not text.endswith("\n"):
            raise BadCheckpoint("The text of a note ends in a newline.")
        signature = b64encode(self.verifier.id + self._private.sign(text.encode())).decode()
        return f"{text}\n— {self.verifier.name} {signature}\n"


def open_note(note: str, verifier: VerifierKey) -> str:
    """The text of a note that `verifier` signed; raises BadCheckpoint otherwise."""
    text, lines = _split(note)
    signed = False
    for line in lines:
        name, encoded = _signature_line(line)
        if name != verifier.name or encoded[:4] != verifier.id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(verifier.public).verify(encoded[4:], text.encode())
        except (InvalidSignature, ValueError):
            raise BadCheckpoint("The signature does not fit the text.") from None
        signed = True
    if not signed:
        raise BadCheckpoint(f"The note carries no signature by {verifier.name}.")
    return text


def open_checkpoint(note: str, verifier: VerifierKey) -> Checkpoint:
    """The checkpoint in a note that `verifier` signed; raises BadCheckpoint otherwise."""
    return parse(open_note(note, verifier))


def parse(text: str) -> Checkpoint:
    """The checkpoint in the text of a note, trusted by nobody yet; raises BadCheckpoint."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise BadCheckpoint("A checkpoint has three or more full lines.")
    origin, size, encoded = lines[:3]
    plain = size.isascii() and size.isdigit() and len(size) <= _LARGEST_SIZE_DIGITS
    if not plain or size != str(int(size)):
        raise BadCheckpoint("The size of a checkpoint is a plain decimal number.")
    found = _base64(encoded)
    if len(found) != 32:
        raise BadCheckpoint("The root of a checkpoint has 32 bytes.")
    return Checkpoint(origin, int(size), found)


def _split(note: str) -> tuple[str, list[str]]:
    if len(note) > _LARGEST_NOTE or any(ord(c) < 32 and c != "\n" for c in note):
        raise BadCheckpoint("A note holds no control characters and is not huge.")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not text or not signatures.endswith("\n"):
        raise BadCheckpoint("A note is a text, an empty line and signature lines.")
    return text + "\n", signatures[:-1].split("\n")


def _signature_line(line: str) -> tuple[str, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1]:
        raise BadCheckpoint("A signature line is a dash, a name and Base64.")
    encoded = _base64(parts[2])
    if len(encoded) < 5:
        raise BadCheckpoint("A signature is too short.")
    return parts[1], encoded


def _base64(text: str) -> bytes:
    try:
        found = b64decode(text, validate=True)
    except ValueError:
        raise BadCheckpoint("Base64 was expected.") from None
    if b64encode(found).decode() != text:
        raise BadCheckpoint("Base64 was expected in its one right form.")
    return found
