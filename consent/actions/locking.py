"""One writer per person at a time, and all records of a joined person at once."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from consent.errors import SubjectUnknown
from consent.models import Subject
from consent.queries.groups import member_ids


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

    Who is unknown is left out. The order keeps two writers from waiting for each other; where
    a group has grown meanwhile, the locks are given back and taken anew.
    """
    wanted = set(subject_ids)
    while True:
        begun = transaction.savepoint()
        rows = Subject.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
        locked = {subject.pk: subject for subject in rows}
        groups = {subject.group for subject in locked.values() if subject.group is not None}
        joined = member_ids(groups)
        if joined <= set(locked):
            transaction.savepoint_commit(begun)
            return locked
        # Because a lock that is kept while the next one is waited for is half of a deadlock.
        transaction.savepoint_rollback(begun)
        wanted |= joined
