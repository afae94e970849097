"""Compiling a person's state again: after each event, and when time alone has changed it.

A long history is not folded anew for each new event: its standing is kept, and what is said
later is added to it, so that the cost does not grow with what was said before.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from consent import standing_format
from consent.compiling import Compiled, EventFact, PersonFacts, compile_state, render
from consent.errors import SubjectUnknown
from consent.folding import Order, Standing, fold, order, take_in
from consent.models import Change, ConsentState, KeptStanding, Shape, Subject
from consent.queries import states

# Below this many events folding them all costs less than keeping and reading a standing.
SHORT_HISTORY = 32


def lock_subject(subject_id: UUID) -> Subject:
    """The subject row, locked until the transaction ends: one writer per person at a time.

    Raises SubjectUnknown.
    """
    subject = Subject.objects.select_for_update().filter(pk=subject_id).first()
    if subject is None:
        raise SubjectUnknown
    return subject


def recompile(
    *,
    subject: Subject,
    at: datetime,
    consent_event: UUID | None = None,
    new: Sequence[EventFact] = (),
) -> Change:
    """Compile the state of a locked subject, count its epoch up and announce the change.

    `new` are the events written in this transaction since the last compilation: all of them.
    """
    standing, through = _standing(subject.pk, new)
    # Because a writer that waited for the lock knows an earlier time than the one before it.
    moment = at if through is None else max(at, through[0])
    compiled = render(person=states.person_facts(subject), standing=standing, at=moment)
    return store(subject_id=subject.pk, compiled=compiled, at=at, consent_event=consent_event)


def standing_of(subject_id: UUID) -> Standing:
    """What holds of all that a person said, as the next event would find it."""
    return _standing(subject_id, ())[0]


def _standing(subject_id: UUID, new: Sequence[EventFact]) -> tuple[Standing, Order | None]:
    """What holds of all that was recorded, and the place of the last event in it."""
    kept = KeptStanding.objects.filter(subject_id=subject_id).first()
    if kept is None:
        return _fold_all(subject_id)
    through: Order = (kept.through_valid_from, kept.through_restrictive, kept.through_recorded_at)
    later = sorted(new, key=order)
    if later and order(later[0]) < through:
        # Because what is said of the past may change what was said after it.
        return _fold_all(subject_id)
    standing = standing_format.loads(kept.content)
    for event in later:
        take_in(standing, event)
    if later:
        through = order(later[-1])
        _keep(subject_id, standing, through)
    return standing, through


def _fold_all(subject_id: UUID) -> tuple[Standing, Order | None]:
    events = states.event_facts(subject_id)
    if not events:
        return Standing(), None
    through = max(map(order, events))
    standing = fold(events, at=through[0])
    if len(events) > SHORT_HISTORY:
        _keep(subject_id, standing, through)
    return standing, through


def _keep(subject_id: UUID, standing: Standing, through: Order) -> None:
    valid_from, restrictive, recorded_at = through
    KeptStanding.objects.update_or_create(
        subject_id=subject_id,
        defaults={
            "content": standing_format.dumps(standing),
            "through_valid_from": valid_from,
            "through_restrictive": restrictive,
            "through_recorded_at": recorded_at,
        },
    )


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
