"""One writer per person at a time, and all records of a joined person at once."""

from collections.abc import Collection
from uuid import UUID

from consent.errors import SubjectUnknown
from consent.models import Subject

# In the database (`consent/sql/locks.sql`), because each round trip holds up the next writer.
LOCK = "SELECT * FROM consent_lock_subjects(%s::uuid[])"


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
