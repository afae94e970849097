"""Reading what somebody kept: a checkpoint, a `.tlog-proof`, or a receipt that carries one.

Nothing read here is trusted: whoever checks it opens the signature first.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from audit.merkle import HASH_BYTES, leaf_hash
from audit.proofs import HEADER

#: The longest thing that is read, in characters; a receipt with its proof has about 5,000.
LONGEST = 65_536
_MEMBERS = ("log", "data")
_PREFIX = "terms:"
_DEEPEST = 3
_SIGNED = "\n\n— "
_LONGEST_PATH = 64


class Unreadable(ValueError):
    """This is none of the things that can be checked; the message says which those are."""

    def __init__(self) -> None:
        super().__init__("This is no receipt with a log proof, no .tlog-proof and no checkpoint.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A signed head (`note`), and the path to it from an entry where one is known.

    `index` and `hashes` are the place and the path, `leaf` the hash of the entry, `body` its
    bytes; `torn` is set where the file says two different things of its entry.
    """

    note: str
    index: int | None = None
    hashes: tuple[bytes, ...] = ()
    leaf: bytes | None = None
    body: bytes | None = None
    torn: bool = False


def read(text: str) -> Kept:
    """What a file holds; raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if plain.lstrip().startswith("{"):
        return _of_document(_loads(plain))
    start = plain.find(HEADER + "\n")
    if start >= 0:
        # Because a receipt for people carries its proof at the end, as a page within an element.
        return _of_proof(plain[start:].partition("<")[0])
    if _SIGNED not in plain:
        raise Unreadable
    return Kept(plain)


def _of_document(given: dict[str, Any], depth: int = 0) -> Kept:
    # Because in JSON-LD the names are terms of ours.
    document = {name.removeprefix(_PREFIX): value for name, value in given.items()}
    proof, checkpoint = document.get("proof"), document.get("checkpoint")
    if isinstance(proof, str):
        found = _of_proof(proof)
    elif isinstance(checkpoint, str):
        hashes = tuple(map(_hash, proof)) if isinstance(proof, list) else ()
        found = _placed(checkpoint, document.get("index"), hashes)
    else:
        within = next((document[name] for name in _MEMBERS if name in document), None)
        if not isinstance(within, dict) or depth == _DEEPEST:
            raise Unreadable
        return _of_document(within, depth + 1)
    return _with_entry(found, document.get("body"), document.get("leaf_hash"))


def _with_entry(found: Kept, body: object, leaf: object) -> Kept:
    entry = _base64(body) if body is not None else None
    hashed = leaf_hash(entry) if entry is not None else None
    said = _hash(leaf) if leaf is not None else None
    torn = hashed is not None and said is not None and hashed != said
    return Kept(found.note, found.index, found.hashes, hashed or said, entry, torn)


def _of_proof(text: str) -> Kept:
    path, separator, note = text.partition("\n\n")
    _header, *lines = path.split("\n")
    if lines and lines[0].startswith("extra "):
        lines = lines[1:]
    if not separator or not lines or not lines[0].startswith("index "):
        raise Unreadable
    number = lines[0].removeprefix("index ")
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        raise Unreadable
    return _placed(note, int(number), tuple(map(_hash, lines[1:])))


def _placed(note: str, index: object, hashes: tuple[bytes, ...]) -> Kept:
    if type(index) is not int or not 0 <= index < 2**63 or len(hashes) > _LONGEST_PATH:
        raise Unreadable
    return Kept(note, index, hashes)


def _loads(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(found, dict):
        raise Unreadable
    return found


def _hash(value: object) -> bytes:
    found = _base64(value)
    if len(found) != HASH_BYTES:
        raise Unreadable
    return found


def _base64(value: object) -> bytes:
    if not isinstance(value, str):
        raise Unreadable
    try:
        found = b64decode(value, validate=True)
    except ValueError:
        raise Unreadable from None
    if b64encode(found).decode() != value:
        # Because a letter that says nothing could be changed without anybody noticing.
        raise Unreadable
    return found
