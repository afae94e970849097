"""Asking about everybody at once: decided once per shape, opened by one bulk permit."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit import actions as audit
from audit import bodies
from audit.identifiers import uuid7
from consent import rulings
from consent.actions.asking import PERMIT_LIFETIME, keep_verdicts
from consent.catalogue import Catalogue
from consent.queries import catalogue as catalogues
from consent.queries import people, population
from consent.queries.population import Selection
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
    if _are_too_few(question, catalogue, permitting):
        permitting = []
    keep_verdicts(permitting, at=at)
    return _mint(question, permitting, at)


def _are_too_few(
    question: Question, catalogue: Catalogue, verdicts: Sequence[rulings.VerdictFacts]
) -> bool:
    """Whether figures over these people would be figures of somebody (`minimum_people`)."""
    purpose = catalogue.purposes.get(question.purpose)
    least = purpose.minimum_people if purpose else None
    if least is None:
        return False
    return people.count(shapes=[verdict.shape for verdict in verdicts], most=least) < least


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
        "shapes_digest": _digest([verdict.shape for verdict in verdicts]),
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


@dataclass(frozen=True, slots=True)
class BulkSelection:
    """The people who permit all that was asked, and the entry in the log that says so."""

    people: Selection
    event: UUID


def ask_people(*, question: Question, at: datetime) -> BulkSelection:
    """Select everybody who permits all of `question`, for an audience that no vault is read for.

    One entry of the log holds the question, the digest of the shapes that permit it and how
    many people that was: who was meant follows from their states at that time.
    """
    selection = population.select(question=question, at=at)
    facts: dict[str, bodies.Fact] = {
        "purpose": question.purpose,
        "attributes": list(question.attributes),
        "recipient": question.recipient,
        "shapes": len(selection.shapes),
        "shapes_digest": _digest(selection.shapes),
        "people": selection.count,
        "considered": selection.considered,
        "singly": len(selection.singly),
        "catalogue": selection.catalogue,
    }
    optional = {
        "channel": question.channel,
        "feature": question.feature,
        "jurisdictions": list(question.jurisdictions),
    }
    facts |= {name: value for name, value in optional.items() if value}
    return BulkSelection(selection, audit.append(kind="decision.bulk", at=at, facts=facts))


def _digest(shapes: Sequence[bytes]) -> str:
    """SHA-256 over the shapes in rising order."""
    return hashlib.sha256(b"".join(sorted(shapes))).hexdigest()
