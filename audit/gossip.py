"""Comparing what people kept with the log as it is now; a contradiction goes on record.

Whoever holds the database and the signing key can rewrite the log, but not the signed heads in
other people's hands. Nothing of what was sent is stored, unless it contradicts the log.
"""

import logging
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from audit import merkle, queries
from audit.actions import append
from audit.bodies import Fact
from audit.checkpoints import BadCheckpoint, Checkpoint, open_checkpoint
from audit.errors import SizeUnknown
from audit.kept import Kept

logger = logging.getLogger(__name__)

KIND = "log.contradicted"


class Verdict(StrEnum):
    """What came out: only `contradicts` says something bad of the log."""

    CONSISTENT = "consistent"
    NOT_OURS = "not_ours"
    DAMAGED = "damaged"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on what was kept; `head` is the present head of the log, None while empty.

    `kept` is the signed head in it, None where we did not sign it; `proof` shows that it is the
    beginning of `head`; `recorded` is set where this comparison put the contradiction on record.
    """

    verdict: Verdict
    kept: Checkpoint | None = None
    head: queries.SignedHead | None = None
    proof: tuple[bytes, ...] = ()
    recorded: bool = False


def compare(kept: Kept, *, at: datetime) -> Comparison:
    """Checks the signature, then the history, then the path; raises LogDamaged."""
    head = queries.latest_checkpoint()
    try:
        signed = open_checkpoint(kept.note, queries.verifier_key())
    except BadCheckpoint:
        return Comparison(Verdict.NOT_OURS, head=head)
    proof = _history(signed, head)
    if proof is None:
        recorded = _record(signed, head, at)
        return Comparison(Verdict.CONTRADICTS, signed, head, recorded=recorded)
    fits = _path_fits(kept, signed)
    verdict = Verdict.CONSISTENT if fits else Verdict.DAMAGED
    return Comparison(verdict, signed, head, tuple(proof))


def contradicts(size: int, root: bytes) -> bool:
    """Whether a head that was once signed contradicts the log as it is now."""
    return _history(Checkpoint("", size, root), queries.latest_checkpoint()) is None


def _history(signed: Checkpoint, head: queries.SignedHead | None) -> list[bytes] | None:
    """The proof that `signed` begins the present log; None where it does not."""
    if signed.size == 0:
        return [] if signed.root == merkle.EMPTY_ROOT else None
    if head is None or signed.size > head.size:
        return None
    try:
        proof = queries.consistency(signed.size, head.size)
    except SizeUnknown:
        return None
    roots = signed.root, bytes(head.root)
    return proof if merkle.verify_consistency(signed.size, head.size, *roots, proof) else None


def _path_fits(kept: Kept, signed: Checkpoint) -> bool:
    if kept.index is None:
        return True
    if kept.torn or kept.index >= signed.size:
        return False
    # Because a proof without its entry can still be checked against the entry that we hold.
    leaf = kept.leaf or queries.leaf_hash_at(kept.index)
    return merkle.verify_inclusion(kept.index, signed.size, leaf, list(kept.hashes), signed.root)


def _record(signed: Checkpoint, head: queries.SignedHead | None, at: datetime) -> bool:
    """Once for each head: who holds one may send it any number of times."""
    facts: dict[str, Fact] = {"size": signed.size, "root": b64encode(signed.root).decode()}
    logger.error(
        "A signed head of size %d contradicts the log, whose size is %d now: run verify_log.",
        signed.size,
        head.size if head else 0,
    )
    known = queries.events(filters=queries.Filters(kind=KIND), limit=queries.LARGEST_PAGE)
    if any(facts.items() <= event.facts.items() for event in known):
        return False
    now: dict[str, Fact] = {
        "head_size": head.size if head else 0,
        "head_root": b64encode(bytes(head.root)).decode() if head else "",
    }
    append(kind=KIND, at=at, facts=facts | now)
    return True
