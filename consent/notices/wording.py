"""One notice in one language: a title and six rows, and the hash of exactly these words."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

ROWS = ("look_at", "so_that", "who_sees", "how_long", "if_yes", "if_no")
LONGEST_ROW = 140


@dataclass(frozen=True, slots=True)
class Wording:
    """One language of a notice: a title and the six rows (`ROWS`) of the exchange card."""

    language: str
    title: str
    rows: Mapping[str, str]


def wording_hash(wording: Wording) -> bytes:
    """SHA-256 over the canonical JSON of exactly these words."""
    words = {"language": wording.language, "title": wording.title, "rows": dict(wording.rows)}
    text = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def joint_hash(hashes: Mapping[str, bytes], details: Mapping[str, str] | None = None) -> bytes:
    """SHA-256 over the hashes of all languages in the order of their codes, then the details."""
    joined = b"".join(hashes[language] for language in sorted(hashes))
    if details:
        said = json.dumps(dict(details), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        joined += said.encode()
    return hashlib.sha256(joined).digest()
