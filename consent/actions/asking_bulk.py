"""Asking about everybody at once: decided once per shape, opened by one bulk permit."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from audit import bodies
from audit.identifiers import uuid7
from consent import bulk_entries, figures, rulings
from consent.actions import shapes
from consent.actions.asking import PERMIT_LIFETIME, keep_verdicts
from consent.bulk_entries import Share
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
    verdicts, counts = [], {}
    for digest, content, count in people.all_states(at=at):
        counts[digest] = count
        verdicts.append(
            rulings.verdict(
                question=question, catalogue=catalogue, content=content, shape=digest, at=at
            )
        )
    over, least = None, figures.least_people(purpose, catalogue)
    if least is not None:
        counted = _over_enough(leaves, verdicts, least, at)
        leaves, over = tuple(counted), min(counted.values(), default=0)
        question = replace(question, attributes=leaves)
    permitting = [verdict for verdict in verdicts if set(verdict.permitted) & set(leaves)]
    keep_verdicts(permitting, at=at)
    permits = {verdict.shape for verdict in permitting}
    shares = [Share(shape, count, shape in permits) for shape, count in counts.items()]
    return _mint(question, permitting, shares, catalogue, at, over)


def _over_enough(
    leaves: Sequence[str],
    verdicts: Sequence[rulings.VerdictFacts],
    least: int,
    at: datetime,
) -> dict[str, int]:
    """The leaves that enough people permit: figures over fewer would be figures of somebody."""
    pairs = [
        (leaf, verdict.shape)
        for verdict in verdicts
        for leaf in leaves
        if leaf in verdict.permitted
    ]
    counted = people.count_by_leaf(pairs, at=at)
    return {leaf: counted[leaf] for leaf in leaves if counted.get(leaf, 0) >= least}


def _mint(
    question: Question,
    verdicts: Sequence[rulings.VerdictFacts],
    shares: Sequence[Share],
    catalogue: Catalogue,
    at: datetime,
    over: int | None,
) -> BulkRuling:
    permit, event_id, expires = uuid7(), uuid7(), at + PERMIT_LIFETIME
    facts: dict[str, bodies.Fact] = {
        "permit": str(permit),
        "shapes": len(verdicts),
        "shapes_digest": _digest([verdict.shape for verdict in verdicts]),
    }
    entry, *more = bulk_entries.facts_of(
        question, catalogue.version, facts, shares, at, any_part=True, over=over
    )
    body = bodies.encode(event_id, "decision.bulk", at, None, entry)
    with transaction.atomic():
        row = raw_cursor().execute(
            MINT_BULK,
            (permit, [verdict.key for verdict in verdicts], list(question.attributes), expires,
             event_id, at, body),
        ).fetchone()  # fmt: skip
        shapes = int(row[0]) if row else 0
        if shapes == 0:
            return BulkRuling(permit=None, shapes=0, event=None, expires_at=expires)
        _continue(event_id, more, at)
    return BulkRuling(permit=permit, shapes=shapes, event=event_id, expires_at=expires)


@dataclass(frozen=True, slots=True)
class BulkSelection:
    """The people who permit all that was asked, and the entry in the log that says so."""

    people: Selection
    event: UUID


def ask_people(*, question: Question, at: datetime) -> BulkSelection:
    """Select everybody who permits all of `question`, for an audience that no vault is read for.

    One entry of the log (more where there are many hundreds of states) holds the question, and
    how many people of which states it was answered about, Yes or No.
    """
    selection = population.select(question=question, at=at)
    facts: dict[str, bodies.Fact] = {
        "shapes": len(selection.shapes),
        "shapes_digest": _digest(selection.shapes),
        "people": selection.count,
        "considered": selection.considered,
        "singly": len(selection.singly),
    }
    entry, *more = bulk_entries.facts_of(
        question, selection.catalogue, facts, selection.shares, at, over=selection.over
    )
    with transaction.atomic():
        shapes.keep(selection.anew)
        event = audit.append(kind="decision.bulk", at=at, facts=entry)
        _continue(event, more, at)
    return BulkSelection(selection, event)


def _continue(event: UUID, more: Iterable[dict[str, bodies.Fact]], at: datetime) -> None:
    for facts in more:
        audit.append(kind="decision.bulk", at=at, facts=facts | {"continues": str(event)})


def _digest(shapes: Sequence[bytes]) -> str:
    """SHA-256 over the shapes in rising order."""
    return hashlib.sha256(b"".join(sorted(shapes))).hexdigest()
