"""Keeping why an answer was what it was: under the person's key, for 90 days."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from consent.queries.states import raw_cursor
from keys import envelope
from keys import queries as keys
from personalization.answers import Explained, explained_as_json, explained_from_json
from personalization.models import Explanation

KEPT = timedelta(days=90)
SCHEMA = b"1"
KEEP = """
    INSERT INTO personalization_explanation (decision, subject, box, at) VALUES (%s, %s, %s, %s)
"""


def _binding(subject_id: UUID, decision: UUID) -> bytes:
    return b"|".join([b"explanation", subject_id.bytes, decision.bytes, SCHEMA])


def keep(*, subject_id: UUID, explained: Explained) -> None:
    """Store one explanation in the caller's transaction."""
    plain = json.dumps(
        explained_as_json(explained), ensure_ascii=False, separators=(",", ":")
    ).encode()
    box = envelope.seal(
        keys.data_key(subject_id), plain, aad=_binding(subject_id, explained.decision)
    )
    raw_cursor().execute(KEEP, (explained.decision, subject_id, box, explained.at), prepare=True)


def find(*, subject_id: UUID, decision: UUID) -> Explained | None:
    """The explanation of one decision about this person; None for another's, or none kept."""
    row = Explanation.objects.filter(decision=decision, subject=subject_id).first()
    return _open(row) if row else None


def of_person(subject_id: UUID) -> Iterator[Explained]:
    """All that are kept of one person, newest first, one at a time."""
    rows = Explanation.objects.filter(subject=subject_id).order_by("-at", "decision")
    for row in rows.iterator(chunk_size=200):
        yield _open(row)


def erase(subject_id: UUID) -> int:
    """Delete all of one person; how many went."""
    return Explanation.objects.filter(subject=subject_id).delete()[0]


def forget_old(*, at: datetime) -> int:
    """Delete what is older than KEPT; how many went."""
    return Explanation.objects.filter(at__lt=at - KEPT).delete()[0]


def _open(row: Explanation) -> Explained:
    plain = envelope.open_(
        keys.data_key(row.subject), bytes(row.box), aad=_binding(row.subject, row.decision)
    )
    return explained_from_json(json.loads(plain), decision=row.decision, at=row.at)
