"""Compiling a person's state again: after each event, and when time alone has changed it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from consent.compiling import Compiled, EventFact, PersonFacts, compile_state
from consent.errors import SubjectUnknown
from consent.models import Change, ConsentState, Shape, Subject
from consent.queries import states


def lock_subject(subject_id: UUID) -> Subject:
    """The subject row, locked until the transaction ends: one writer per person at a time.

    Raises SubjectUnknown.
    """
    subject = Subject.objects.select_for_update().filter(pk=subject_id).first()
    if subject is None:
        raise SubjectUnknown
    return subject


def recompile(*, subject: Subject, at: datetime, consent_event: UUID | None = None) -> Change:
    """Compile the state of a locked subject, count its epoch up and announce the change."""
    compiled = compile_state(
        person=states.person_facts(subject), events=states.event_facts(subject.pk), at=at
    )
    return store(subject_id=subject.pk, compiled=compiled, at=at, consent_event=consent_event)


def store(
    *, subject_id: UUID, compiled: Compiled, at: datetime, consent_event: UUID | None = None
) -> Change:
    """Write a compiled state; the caller holds the subject's lock."""
    keep_shape(compiled)
    state = ConsentState.objects.filter(subject_id=subject_id).first()
    epoch = state.epoch + 1 if state else 1
    ConsentState.objects.update_or_create(
        subject_id=subject_id,
        defaults={"epoch": epoch, "shape": compiled.digest, "until": compiled.until},
    )
    return Change.objects.create(
        subject_id=subject_id, epoch=epoch, at=at, consent_event=consent_event
    )


def keep_shape(compiled: Compiled) -> None:
    """Store a shape once; many people share it."""
    Shape.objects.bulk_create(
        [Shape(digest=compiled.digest, content=compiled.content)], ignore_conflicts=True
    )


def refresh(*, subject_id: UUID, at: datetime) -> None:
    """Compile again because time has passed `until`; a second caller finds nothing to do."""
    with transaction.atomic():
        subject = lock_subject(subject_id)
        state = ConsentState.objects.filter(subject_id=subject_id).first()
        if state is None or (state.until is not None and state.until <= at):
            recompile(subject=subject, at=at)


def store_many(*, people: list[tuple[UUID, PersonFacts, list[EventFact]]], at: datetime) -> None:
    """First states of many new people at once; the epoch starts at 1."""
    compiled = [
        (subject_id, compile_state(person=facts, events=events, at=at))
        for subject_id, facts, events in people
    ]
    shapes = {state.digest: state for _, state in compiled}
    Shape.objects.bulk_create(
        [Shape(digest=digest, content=state.content) for digest, state in shapes.items()],
        ignore_conflicts=True,
    )
    ConsentState.objects.bulk_create(
        [
            ConsentState(subject_id=subject_id, epoch=1, shape=state.digest, until=state.until)
            for subject_id, state in compiled
        ],
        batch_size=2000,
    )
    Change.objects.bulk_create(
        [Change(subject_id=subject_id, epoch=1, at=at) for subject_id, _ in compiled],
        batch_size=2000,
    )
