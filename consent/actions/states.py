"""Compiling a person's state again: after each event, and when time alone has changed it.

A long history is not folded anew for each new event: its standing is kept, and what is said
later is added to it, so that the cost does not grow with what was said before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from consent import standing_format
from consent.actions import bulk_rows, spreading
from consent.actions.locking import lock_subject
from consent.actions.spreading import Moved
from consent.compiling import Compiled, EventFact, PersonFacts, compile_state, render
from consent.folding import Order, Standing, fold, order, take_in
from consent.models import Change, ConsentState, KeptStanding, Shape, Subject
from consent.queries import groups, states
from consent.queries.groups import Group

# Below this many events folding them all costs less than keeping and reading a standing.
SHORT_HISTORY = 32


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
    if subject.group is not None:
        return _recompile_group(subject, subject.group, at, consent_event)
    standing, through = _standing(subject.pk, new)
    # Because a writer that waited for the lock knows an earlier time than the one before it.
    moment = at if through is None else max(at, through[0])
    compiled = render(person=states.person_facts(subject), standing=standing, at=moment)
    return bulk_rows.write_state(subject.pk, compiled, at=at, consent_event=consent_event)


def standing_of(subject_id: UUID) -> Standing:
    """What holds of all that a person said, as the next event would find it."""
    return _standing(subject_id, ())[0]


def _recompile_group(
    subject: Subject, group: UUID, at: datetime, consent_event: UUID | None
) -> Change:
    """Compile all records of a joined person: what one of them said may restrict the others."""
    together = groups.group_of(groups.member_ids([group]))
    compiled = _compiled(together, at)
    own = compiled.pop(subject.pk)
    before = dict(
        ConsentState.objects.filter(subject_id__in=compiled).values_list("subject_id", "shape")
    )
    store_moved(
        {
            member: state
            for member, state in compiled.items()
            if bytes(before.get(member, b"")) != state.digest
        },
        at=at,
    )
    return bulk_rows.write_state(subject.pk, own, at=at, consent_event=consent_event)


def compile_together(together: Group, *, at: datetime) -> None:
    """Compile all of these records anew, as their links stand now; their locks are held."""
    if together.members:
        store_moved(_compiled(together, at), at=at)


def _compiled(together: Group, at: datetime) -> dict[UUID, Compiled]:
    # Because what was kept of one record alone is not what holds for it beside others.
    KeptStanding.objects.filter(subject_id__in=together.members).delete()
    said = [event.valid_from for member in together.members.values() for event in member.events]
    moment = max([at, *said])
    return {member: together.compiled(member, at=moment) for member in together.members}


def _shapes(compiled: Iterable[Compiled]) -> list[Shape]:
    # Because two writers that add the same shapes in another order would wait for each other.
    return sorted(
        (Shape(digest=state.digest, content=state.content) for state in compiled),
        key=lambda shape: bytes(shape.digest),
    )


def store_moved(compiled: Mapping[UUID, Compiled], *, at: datetime) -> None:
    """Write the changed states of people who have one, each an epoch further."""
    if not compiled:
        return
    Shape.objects.bulk_create(_shapes(compiled.values()), ignore_conflicts=True)
    rows = list(ConsentState.objects.filter(subject_id__in=compiled))
    before = {row.subject_id: bytes(row.shape) for row in rows}
    for row in rows:
        state = compiled[row.subject_id]
        row.epoch, row.shape, row.until = row.epoch + 1, state.digest, state.until
    ConsentState.objects.bulk_update(rows, ["epoch", "shape", "until"])
    changes = Change.objects.bulk_create(
        [Change(subject_id=row.subject_id, epoch=row.epoch, at=at) for row in rows]
    )
    spreading.announce(
        [
            Moved(change.pk, before[change.subject_id], compiled[change.subject_id])
            for change in changes
        ],
        at=at,
    )


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
    row = KeptStanding(
        subject_id=subject_id,
        content=standing_format.dumps(standing),
        through_valid_from=valid_from,
        through_restrictive=restrictive,
        through_recorded_at=recorded_at,
    )
    KeptStanding.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["subject"],
        update_fields=[
            "content", "through_valid_from", "through_restrictive", "through_recorded_at",
        ],
    )  # fmt: skip


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
    Shape.objects.bulk_create(_shapes(shapes.values()), ignore_conflicts=True)
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
