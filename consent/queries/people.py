"""Finding people by the shape of their state, page by page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from consent.audiences import usable
from consent.models import ConsentState, Shape, Subject
from consent.queries import catalogue as catalogues
from consent.queries import states
from consent.queries.states import raw_cursor

IN_SHAPES = """
    SELECT s.subject_id, s.epoch
      FROM consent_permit p
      JOIN consent_consentstate s ON s.shape = ANY (p.shapes)
     WHERE p.id = %s AND s.subject_id > %s
       AND (s.until IS NULL OR s.until > clock_timestamp())
     ORDER BY s.subject_id LIMIT %s
"""
OF_SHAPES = """
    SELECT s.subject_id, s.epoch FROM consent_consentstate s
     WHERE s.shape = ANY (%s::bytea[]) AND s.subject_id > %s
       AND (s.until IS NULL OR s.until > clock_timestamp())
     ORDER BY s.subject_id LIMIT %s
"""
# Because records that are joined are one person, and a lapsed state permits nothing.
COUNT_BY_LEAF = """
    SELECT w.leaf, count(DISTINCT coalesce(p."group", p.id))
      FROM unnest(%s::text[], %s::bytea[]) AS w (leaf, shape)
      JOIN consent_consentstate s ON s.shape = w.shape
      JOIN consent_subject p ON p.id = s.subject_id
     WHERE s.until IS NULL OR s.until > %s
     GROUP BY w.leaf
"""
DISTINCT = """
    SELECT count(DISTINCT coalesce(p."group", p.id))
      FROM consent_subject p WHERE p.id = ANY (%s::uuid[])
"""
COUNT_STATES = """
    SELECT shape, count(*) FILTER (WHERE until IS NULL OR until > %s)
      FROM consent_consentstate GROUP BY shape
"""
NOBODY = UUID(int=0)


def in_shapes(*, permit: UUID, after: UUID = NOBODY, limit: int = 500) -> list[tuple[UUID, int]]:
    """People (id, epoch) whom a bulk permit covers, after `after` in id order."""
    rows = raw_cursor().execute(IN_SHAPES, (permit, after, limit), prepare=True).fetchall()
    return [(row[0], row[1]) for row in rows]


def all_shapes() -> dict[bytes, dict[str, Any]]:
    """Every distinct state there is: digest to content (hundreds, not millions)."""
    used = ConsentState.objects.values("shape").distinct()
    rows = Shape.objects.filter(digest__in=used).values_list("digest", "content")
    return {bytes(digest): content for digest, content in rows}


def all_states(*, at: datetime) -> list[tuple[bytes, dict[str, Any], int]]:
    """Every distinct state: digest, content, and how many people have it and it is current."""
    rows = raw_cursor().execute(COUNT_STATES, (at,), prepare=True).fetchall()
    contents = states.shape_contents([bytes(digest) for digest, _ in rows])
    return [(bytes(digest), contents[bytes(digest)], count) for digest, count in rows]


def usable_by(
    *, recipient: str, at: datetime, after: UUID = NOBODY, limit: int = 500
) -> list[tuple[UUID, int]]:
    """People (id, epoch) of whom a partner is permitted something, after `after` in id order."""
    catalogue = catalogues.catalogue()
    shapes = [
        digest
        for digest, content in all_shapes().items()
        if usable(recipient=recipient, shape=content, catalogue=catalogue, at=at)
    ]
    rows = raw_cursor().execute(OF_SHAPES, (shapes, after, limit)).fetchall()
    return [(row[0], row[1]) for row in rows]


def count_by_leaf(pairs: Sequence[tuple[str, bytes]], *, at: datetime) -> dict[str, int]:
    """How many people have one of the shapes that a leaf attribute comes with; 0 is left out."""
    leaves, shapes = [leaf for leaf, _ in pairs], [shape for _, shape in pairs]
    rows = raw_cursor().execute(COUNT_BY_LEAF, (leaves, shapes, at)).fetchall()
    return {leaf: int(people) for leaf, people in rows}


def distinct(subject_ids: Iterable[UUID | None]) -> int:
    """How many people these records are: those that are joined are one."""
    known = [one for one in subject_ids if one is not None]
    row = raw_cursor().execute(DISTINCT, (known,), prepare=True).fetchone() if known else None
    return int(row[0]) if row else 0


def is_erased(subject_id: UUID) -> bool:
    """Whether only a tombstone is left of this person."""
    return Subject.objects.filter(pk=subject_id, status=Subject.Status.ERASED).exists()


def erased_among(subject_ids: Iterable[UUID]) -> set[UUID]:
    """Those of whom only a tombstone is left."""
    found = Subject.objects.filter(pk__in=list(subject_ids), status=Subject.Status.ERASED)
    return set(found.values_list("pk", flat=True))
