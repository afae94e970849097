"""Bringing in what people said elsewhere or earlier: back-dated, checked, each in the log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from audit.actions import Entry
from audit.identifiers import uuid7
from consent import acts
from consent.actions import recording, states
from consent.actions.locking import lock_subjects
from consent.acts import Act
from consent.compiling import EventFact
from consent.errors import ConsentRefused, SubjectErased, SubjectUnknown
from consent.models import ConsentEvent, ConsentState, Notice, Purpose, Subject
from consent.queries import groups
from consent.queries import states as state_queries
from keys import queries as keys

BATCH = 200


@dataclass(frozen=True, slots=True)
class PastAct:
    """An act and when it was done; `expires_at` where it was given for a time of its own."""

    act: Act
    valid_from: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonActs:
    """All that is brought in for one person; an empty list gives them an all-denying state."""

    subject_id: UUID
    acts: Sequence[PastAct]


class _Words(NamedTuple):
    purpose: Purpose | None
    notice: Notice | None


def import_events(*, people: Iterable[PersonActs], by: str, at: datetime) -> int:
    """Write past acts of people, BATCH people per commit, in constant memory; how many acts.

    Order does not matter: what was said last in valid time counts, so an import never brings
    a withdrawn Yes back. Each act becomes one consent event and one entry in the log at `at`,
    which is when we learnt of it. Raises ConsentRefused, SubjectUnknown, SubjectErased; the
    batch at fault is undone, earlier ones stay.
    """
    known: dict[tuple[object, ...], _Words] = {}
    written, waiting = 0, iter(people)
    while batch := list(islice(waiting, BATCH)):
        with transaction.atomic():
            written += _import_batch(batch, known, by, at)
    return written


def _import_batch(
    batch: Sequence[PersonActs], known: dict[tuple[object, ...], _Words], by: str, at: datetime
) -> int:
    subjects = _lock([person.subject_id for person in batch])
    events: list[ConsentEvent] = []
    entries: list[Entry] = []
    for person in batch:
        for past in person.acts:
            entry, event = _prepare(subjects[person.subject_id], past, known, by, at)
            entries.append(entry)
            events.append(event)
    audit.append_many(entries)
    ConsentEvent.objects.bulk_create(events, batch_size=1000)
    _compile(list(subjects.values()), events, at)
    return len(events)


def _lock(subject_ids: Sequence[UUID]) -> dict[UUID, Subject]:
    """The subjects, locked in the order of their ids so that two imports cannot deadlock."""
    locked = lock_subjects(subject_ids)
    subjects = {
        subject_id: locked[subject_id] for subject_id in subject_ids if subject_id in locked
    }
    if len(subjects) < len(set(subject_ids)):
        raise SubjectUnknown
    if any(subject.status == Subject.Status.ERASED for subject in subjects.values()):
        raise SubjectErased
    return subjects


def _prepare(
    subject: Subject,
    past: PastAct,
    known: dict[tuple[object, ...], _Words],
    by: str,
    at: datetime,
) -> tuple[Entry, ConsentEvent]:
    act = past.act
    words = _words(past, known, at)
    event_id = uuid7()
    moment = {"valid_from": past.valid_from.isoformat()}
    entry = audit.prepare(
        kind=f"consent.{act.state}",
        at=at,
        tag=keys.subject_tag(subject.pk, at=at),
        facts=recording.facts_of(act, event_id, by) | moment,
    )
    event = ConsentEvent(
        id=event_id,
        subject=subject,
        state=act.state,
        purpose=words.purpose,
        attributes=list(act.attributes),
        channels=list(act.channels),
        recipient_id=act.recipient,
        consent_types=list(acts.expressed(act)),
        notice=words.notice,
        language=act.language,
        shown_at=act.shown_at,
        method=act.method,
        actor=act.actor,
        evidence=act.evidence,
        valid_from=past.valid_from,
        expires_at=past.expires_at or recording.expiry_of(act, words.notice, past.valid_from),
        until=act.until,
        level=act.level,
        cap_count=act.cap[0] if act.cap else None,
        cap_days=act.cap[1] if act.cap else None,
        confirms=act.confirms,
        recorded_at=at,
        log_event=entry.id,
    )
    return entry, event


def _words(past: PastAct, known: dict[tuple[object, ...], _Words], at: datetime) -> _Words:
    """Purpose and notice of an act, checked as a fresh one is, as of the day it was done."""
    act = past.act
    if past.valid_from > at:
        raise ConsentRefused(
            "INVALID_TIME",
            "valid_from lies in the future.",
            fix="Send the time at which it was said, in UTC.",
            pointer="/valid_from",
        )
    key = (act.state, act.purpose, act.attributes, act.recipient, act.notice, act.language)
    found = known.get(key)
    if found is None or not _was_live(found.notice, act.shown_at or past.valid_from):
        acts.check(act, at=past.valid_from, states=ConsentEvent.State.values)
        purpose = recording.purpose_of(act)
        found = _Words(purpose, recording.notice_of(act, purpose, past.valid_from))
        known[key] = found
    return found


def _was_live(notice: Notice | None, shown_at: datetime) -> bool:
    """Whether what was checked once holds for another moment too."""
    if notice is None:
        return True
    ended = notice.superseded_at
    began = notice.published_at
    return began is not None and began <= shown_at and (ended is None or shown_at < ended)


def _compile(subjects: Sequence[Subject], events: Sequence[ConsentEvent], at: datetime) -> None:
    """First states for those who have none yet, new ones for the others, all at once."""
    ids = [subject.pk for subject in subjects]
    have = set(ConsentState.objects.filter(subject_id__in=ids).values_list("subject_id", flat=True))
    facts: dict[UUID, list[EventFact]] = {subject_id: [] for subject_id in ids}
    for event in events:
        facts[event.subject_id].append(state_queries.event_fact(event))
    new = [subject for subject in subjects if subject.pk not in have]
    states.store_many(
        people=[(s.pk, state_queries.person_facts(s), facts[s.pk]) for s in new], at=at
    )
    _compile_changed([s for s in subjects if s.pk in have and facts[s.pk]], at)


def _compile_changed(subjects: Sequence[Subject], at: datetime) -> None:
    """All that was ever said of them is folded anew, since something was said of the past."""
    joined = {subject.group for subject in subjects if subject.group is not None}
    ids = {subject.pk for subject in subjects} | groups.member_ids(joined)
    states.compile_together(groups.group_of(ids), at=at)
