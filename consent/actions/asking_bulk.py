"""Asking about everybody at once: decided once per shape, opened by one bulk permit."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit import bodies
from audit.identifiers import uuid7
from consent import rulings
from consent.actions.asking import PERMIT_LIFETIME, keep_verdicts
from consent.queries import catalogue as catalogues
from consent.queries import people
from consent.queries.states import raw_cursor
from consent.questions import Question

MINT_BULK = "SELECT consent_mint_bulk_permit(%s, %s::bytea[], %s::text[], %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class BulkRuling:
    """Which shapes may be used; `permit` is None where none may."""

    permit: UUID | None
    shapes: int
    event: UUID | None
    expires_at: datetime


def ask_bulk(
    *,
    purpose: str,
    attributes: Sequence[str],
    recipient: str,
    feature: str,
    at: datetime,
    channel: str | None = None,
) -> BulkRuling:
    """Mint one permit over all people whose state permits some of `attributes`.

    The permit names shapes; each person's own shape and verdict are checked again when the
    vault is read, so that only permitted attributes of permitting people come out.
    """
    catalogue = catalogues.catalogue()
    leaves = tuple(leaf for code in attributes for leaf in catalogue.leaves(code))
    question = Question(
        subject_id=None,
        purpose=purpose,
        attributes=leaves,
        recipient=recipient,
        channel=channel,
        feature=feature,
    )
    verdicts = [
        rulings.verdict(
            question=question, catalogue=catalogue, content=content, shape=digest, at=at
        )
        for digest, content in people.all_shapes().items()
    ]
    permitting = [verdict for verdict in verdicts if set(verdict.permitted) & set(leaves)]
    keep_verdicts(permitting, at=at)
    return _mint(question, permitting, at)


def _mint(question: Question, verdicts: Sequence[rulings.VerdictFacts], at: datetime) -> BulkRuling:
    permit, event_id, expires = uuid7(), uuid7(), at + PERMIT_LIFETIME
    facts: dict[str, bodies.Fact] = {
        "purpose": question.purpose,
        "attributes": list(question.attributes),
        "recipient": question.recipient,
        "feature": question.feature,
        "permit": str(permit),
        # Because the permit names each shape, and an entry of the log has room for some hundreds.
        "shapes": len(verdicts),
        "shapes_digest": _digest(verdicts),
    }
    body = bodies.encode(event_id, "decision.bulk", at, None, facts)
    row = raw_cursor().execute(
        MINT_BULK,
        (permit, [verdict.key for verdict in verdicts], list(question.attributes), expires,
         event_id, at, body),
    ).fetchone()  # fmt: skip
    shapes = int(row[0]) if row else 0
    if shapes == 0:
        return BulkRuling(permit=None, shapes=0, event=None, expires_at=expires)
    return BulkRuling(permit=permit, shapes=shapes, event=event_id, expires_at=expires)


def _digest(verdicts: Sequence[rulings.VerdictFacts]) -> str:
    """SHA-256 over the shapes in rising order, as the permit names them."""
    return hashlib.sha256(b"".join(sorted(verdict.shape for verdict in verdicts))).hexdigest()
