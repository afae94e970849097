"""One writer per person at a time, and all records of a joined person at once."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from audit.arrays import Uuids
from consent.errors import SubjectUnknown
from consent.folding import PersonFacts
from consent.models import Subject
from consent.queries.states import raw_cursor

# In the database (`consent/sql/locks.sql`), because each round trip holds up the next writer.
LOCK = "SELECT * FROM consent_lock_subjects(%s::uuid[])"
LOCK_FACTS = """
    SELECT id, status, jurisdictions, birth_month, "group" FROM consent_lock_subjects(%b::uuid[])
"""


class Locked(NamedTuple):
    """What the fold needs of a locked person, and the group of records they belong to."""

    facts: PersonFacts
    group: UUID | None


def lock_subject(subject_id: UUID) -> Subject:
    """The subject row, locked until the transaction ends, with all that are joined to it.

    Raises SubjectUnknown.
    """
    subject = lock_subjects([subject_id]).get(subject_id)
    if subject is None:
        raise SubjectUnknown
    return subject


def lock_subjects(subject_ids: Collection[UUID]) -> dict[UUID, Subject]:
    """These people and everybody joined to them, locked in the order of their ids.

    Who is unknown is left out.
    """
    rows = Subject.objects.raw(LOCK, [list(subject_ids)])
    return {subject.pk: subject for subject in rows}


def lock_facts(subject_ids: Collection[UUID]) -> dict[UUID, Locked]:
    """As `lock_subjects`, for thousands of people of whom no more is needed."""
    rows = raw_cursor().execute(LOCK_FACTS, (Uuids(subject_ids),), binary=True).fetchall()
    return {
        subject_id: Locked(PersonFacts(status, tuple(places), birth_month), group)
        for subject_id, status, places, birth_month, group in rows
    }
