"""Signed tree heads: C2SP tlog-checkpoint on C2SP signed-note, Ed25519 (RFC 8032).

A checkpoint names the log (origin), its size and its root; anybody with the verifier key can
check it offline. Signatures by unknown keys are ignored, so that witnesses may add theirs and a
second algorithm (`audit.algorithms`) may stand beside the first.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit.algorithms import ED25519, REGISTERED

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
    algorithm: int = ED25519

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, algorithm, key."""
        return sha256(self.name.encode() + b"\n" + self._typed).digest()[:4]

    def __str__(self) -> str:
        """`name+hexid+base64`."""
        return f"{self.name}+{self.id.hex()}+{b64encode(self._typed).decode()}"

    @classmethod
    def parse(cls, text: str, *, algorithm: int = ED25519) -> "VerifierKey":
        """The key of a `vkey` line, which must be of this algorithm; raises BadCheckpoint."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise BadCheckpoint("A verifier key is name+id+key.")
        encoded = _base64(parts[2])
        key = cls(parts[0], encoded[1:], algorithm)
        fits = encoded[:1] == bytes([algorithm])
        fits = fits and len(key.public) == REGISTERED[algorithm].key_bytes
        if not fits or key.id.hex() != parts[1]:
            raise BadCheckpoint("The verifier key is damaged or not Ed25519.")
        return key

    @property
    def _typed(self) -> bytes:
        return bytes([self.algorithm]) + self.public


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
    text, found = signatures(note, verifier)
    if not found:
        raise BadCheckpoint(f"The note carries no signature by {verifier.name}.")
    return text


def signatures(note: str, verifier: VerifierKey) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and each signature line by `verifier` with its checked signature.

    Lines by other names, keys and algorithms are ignored; raises BadCheckpoint.
    """
    text, lines = _split(note)
    found = []
    for line in lines:
        name, encoded = _signature_line(line)
        if name != verifier.name or encoded[:4] != verifier.id:
            continue
        check = REGISTERED[verifier.algorithm].check
        try:
            check(name, verifier.public, encoded[4:], text.encode())
        except (InvalidSignature, ValueError):
            raise BadCheckpoint("The signature does not fit the text.") from None
        found.append((line, encoded[4:]))
    return text, found


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
