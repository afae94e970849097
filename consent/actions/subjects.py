"""Bringing people in, and marking them erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from audit.identifiers import uuid7
from consent.actions import joining, locking, states
from consent.ages import coarse_birth_month
from consent.models import KeptStanding, Subject, SubjectReference
from consent.queries import identifiers
from keys import actions as key_actions
from keys import queries as keys


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone to bring in: no value here but a birth date, which is kept only coarsely."""

    jurisdictions: tuple[str, ...]
    birth_date: date | None = None
    status: str = Subject.Status.KNOWN
    references: tuple[tuple[str, str], ...] = ()


def register(*, newcomer: Newcomer, by: str, at: datetime) -> Subject:
    """Create one person with a data key and an empty, all-denying state."""
    with transaction.atomic():
        subject = register_many(newcomers=[newcomer], by=by, at=at)[0]
        states.recompile(subject=subject, at=at)
    return subject


def register_many(*, newcomers: Sequence[Newcomer], by: str, at: datetime) -> list[Subject]:
    """Create people, their keys and references in one commit; one log entry each.

    The caller stores first states itself: it brings consent events along.
    """
    subjects = [
        Subject(
            id=uuid7(),
            status=newcomer.status,
            jurisdictions=list(newcomer.jurisdictions),
            birth_month=coarse_birth_month(newcomer.birth_date) if newcomer.birth_date else None,
            created_at=at,
        )
        for newcomer in newcomers
    ]
    # Because a key without a person is harmless and a person without a key is not.
    key_actions.create_data_keys([subject.pk for subject in subjects])
    with transaction.atomic():
        Subject.objects.bulk_create(subjects, batch_size=2000)
        SubjectReference.objects.bulk_create(
            [
                SubjectReference(
                    index=identifiers.reference_index(system, value),
                    system=system,
                    subject=subject,
                )
                for subject, newcomer in zip(subjects, newcomers, strict=True)
                for system, value in newcomer.references
            ],
            batch_size=2000,
        )
        audit.append_many(
            [
                audit.prepare(
                    kind="subject.registered",
                    at=at,
                    tag=keys.subject_tag(subject.pk, at=at),
                    facts={"by": by},
                )
                for subject in subjects
            ]
        )
    return subjects


def mark_erased(*, subject_id: UUID, at: datetime) -> None:
    """Turn a person into a tombstone: no age, no reference, a state that denies everything."""
    with transaction.atomic():
        # Because what is left of an erased person must not speak for anybody else.
        joining.part_all(subject_id=subject_id, by="erasure", at=at)
        subject = locking.lock_subject(subject_id)
        if subject.status != Subject.Status.ERASED:
            subject.status = Subject.Status.ERASED
            subject.erased_at = at
            subject.birth_month = None
            subject.jurisdictions = []
            subject.save()
        SubjectReference.objects.filter(subject=subject).delete()
        KeptStanding.objects.filter(subject=subject).delete()
        states.recompile(subject=subject, at=at)
