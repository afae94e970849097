"""Proofs that stand alone: as text in the formats of C2SP, and their parts as JSON."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit.merkle import verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Shows that `body` is leaf `index` of the log whose signed head is `note`.

    Where the body was `pruned` it is empty, and `leaf_hash` stands for it.
    """

    event_id: UUID
    index: int
    size: int
    root: bytes
    leaf_hash: bytes
    hashes: list[bytes]
    note: str
    body: bytes
    pruned: bool = False

    def text(self) -> str:
        """The `.tlog-proof` file; the event's bytes travel beside it."""
        path = "".join(f"{b64encode(part).decode()}\n" for part in self.hashes)
        return f"{HEADER}\nindex {self.index}\n{path}\n{self.note}"

    def json(self) -> dict[str, Any]:
        """The same as names and Base64, with the bytes that were hashed."""
        shown = {
            "event": str(self.event_id),
            "index": self.index,
            "size": self.size,
            "root": b64encode(self.root).decode(),
            "leaf_hash": b64encode(self.leaf_hash).decode(),
            "proof": [b64encode(part).decode() for part in self.hashes],
            "checkpoint": self.note,
        }
        return shown if self.pruned else shown | {"body": b64encode(self.body).decode()}

    def holds(self) -> bool:
        """Whether the path leads from the leaf to the root."""
        return verify_inclusion(self.index, self.size, self.leaf_hash, self.hashes, self.root)


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """Shows that the log of `old_size` events is the beginning of that whose head is `note`."""

    old_size: int
    size: int
    root: bytes
    hashes: list[bytes]
    note: str

    def text(self) -> str:
        """Old size, path and checkpoint: the body of a request to a witness (C2SP tlog-witness)."""
        path = "".join(f"{b64encode(part).decode()}\n" for part in self.hashes)
        return f"old {self.old_size}\n{path}\n{self.note}"

    def json(self) -> dict[str, Any]:
        """The same as names and Base64."""
        return {
            "old_size": self.old_size,
            "size": self.size,
            "root": b64encode(self.root).decode(),
            "proof": [b64encode(part).decode() for part in self.hashes],
            "checkpoint": self.note,
        }
