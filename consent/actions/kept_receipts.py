"""Checking a receipt, proof or checkpoint that somebody kept: signatures first, then the log."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit import bodies, gossip, kept
from audit.gossip import Comparison, Verdict
from audit.kept import Unreadable
from consent.queries import signing

LONGEST: Final = kept.LONGEST
#: Beside the verdicts of `audit.gossip`: a signed receipt from before its entry was sealed.
UNPROVEN: Final = "unproven"

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome: `consistent`, `not_ours`, `damaged`, `contradicts` or `unproven`.

    `whole` is set where our signature covers every word of the file, not only the signed head
    of the log in it. `entry` is what the entry of the log says, where the file holds it.
    """

    verdict: str
    comparison: Comparison | None = None
    whole: bool = False
    entry: bodies.Content | None = None


def check(text: str, *, at: datetime) -> Checked:
    """What there is to say of a file; raises Unreadable and LogDamaged.

    A contradiction goes on record, nothing else of the file does.
    """
    token = text.strip()
    if len(token) > LONGEST:
        raise Unreadable
    if _TOKEN.fullmatch(token) is None:
        return _compared(kept.read(text), whole=False, at=at)
    claims = signing.opened(token)
    if claims is None:
        return Checked(Verdict.NOT_OURS)
    if "proof" not in claims.get("log", {}):
        return Checked(UNPROVEN, whole=True)
    return _compared(kept.read(json.dumps({"log": claims["log"]})), whole=True, at=at)


def _compared(found: kept.Kept, *, whole: bool, at: datetime) -> Checked:
    comparison = gossip.compare(found, at=at)
    fits = comparison.verdict == Verdict.CONSISTENT
    return Checked(comparison.verdict, comparison, whole, _entry(found.body) if fits else None)


def _entry(body: bytes | None) -> bodies.Content | None:
    try:
        return bodies.decode(body) if body is not None else None
    except ValueError:
        return None
