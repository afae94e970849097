"""Putting a look at the past of people on record, where each of them finds it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from audit import actions as audit
from audit.batches import Group
from consent.bulk_entries import question_facts
from consent.queries.past import Moment
from consent.queries.states import raw_cursor
from consent.questions import Question
from keys import queries as keys

APPEND = "SELECT audit_append_batch(%b, %b, %b, %b, %b, %b, %b::integer[])"


def record(
    *,
    question: Question,
    catalogue: int,
    moment: Moment,
    found: Sequence[UUID],
    at: datetime,
) -> UUID:
    """One entry for a search in the past, with a leaf for each of the `found`: up to 1,000."""
    tags = keys.subject_tags(found, at=at)
    batch = audit.prepare_batch(
        kind="history.search",
        at=at,
        facts=question_facts(question, catalogue, at)
        | {"valid_at": moment.valid_at.isoformat(), "known_at": moment.known_at.isoformat()},
        groups=[Group("history.read", {}, list(tags.values()), len(found) - len(tags))],
    )
    raw_cursor().execute(APPEND, batch, prepare=True)
    return batch.id
