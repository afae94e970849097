"""Bringing in what people said elsewhere or earlier: back-dated, checked, each in the log."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from audit.actions import Entry
from audit.identifiers import uuid7
from consent import acts
from consent.actions import bulk_rows, recording, states
from consent.actions.locking import lock_subjects
from consent.acts import Act
from consent.compiling import Compiled, EventFact, PersonFacts, render
from consent.contradictions import lifts_a_no
from consent.errors import ConsentRefused, SubjectErased, SubjectUnknown
from consent.folding import fold, order
from consent.models import ConsentEvent, KeptStanding, Notice, Purpose, Subject
from consent.queries import groups
from consent.queries import states as state_queries
from consent.queries.states import raw_cursor
from keys import queries as keys

BATCH = 1_000
# Because nobody kept consents in computers before; a date like this is a slip.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
ARE_THERE = "SELECT id FROM consent_consentevent WHERE id = ANY (%b::uuid[])"
HAVE_STATES = "SELECT subject_id FROM consent_consentstate WHERE subject_id = ANY (%b::uuid[])"


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


class Line(NamedTuple):
    """One past act of one person, under the id that it has however often it is brought in.

    `also` are other ids under which the same act may be here already.
    """

    subject_id: UUID
    past: PastAct
    event_id: UUID
    also: tuple[UUID, ...] = ()


class Outcome(NamedTuple):
    """What became of a line: recorded, here already (`repeated`), or refused."""

    event_id: UUID
    repeated: bool = False
    refused: ConsentRefused | None = None


class _Words(NamedTuple):
    """Purpose and notice of an act, or why it was refused with that notice."""

    purpose: Purpose | None
    notice: Notice | None
    refused: ConsentRefused | None = None


Known = dict[tuple[object, ...], _Words]


class Importer:
    """Brings in batches of lines in one commit each, remembering what it has looked up.

    `by` is who brings them in, `source` the recipient they come from. One importer serves one
    import: a catalogue that changes meanwhile counts for the next one.
    """

    def __init__(self, *, by: str, source: str | None = None) -> None:
        self._by, self._source = by, source
        self._known: Known = {}
        self._waits: dict[tuple[object, ...], bool] = {}

    def bring_in(
        self, lines: Sequence[Line], *, at: datetime, also: Collection[UUID] = ()
    ) -> list[Outcome]:
        """What became of each line. `also` are people who get a state whatever was said of them.

        Each act becomes one consent event and one entry in the log at `at`, which is when we
        learnt of it. A line that cannot be recorded is refused, and the others go through.
        """
        with transaction.atomic():
            batch = _Batch(lines, also, self._known, self._waits, self._by, self._source, at)
            return batch.write()

    def refusal(self, past: PastAct, *, at: datetime) -> ConsentRefused | None:
        """Why an act could be brought in of nobody; None where it could. Writes nothing."""
        try:
            _words(past, self._known, at)
        except ConsentRefused as refused:
            return refused
        return None


def import_events(
    *, people: Iterable[PersonActs], by: str, at: datetime, source: str | None = None
) -> int:
    """Write past acts of people, about BATCH acts per commit, in constant memory; how many acts.

    Order does not matter: what was said last in valid time counts, so an import never brings
    a withdrawn Yes back, and a Yes dated after a No that was said here is refused
    (`consent.contradictions`). Raises ConsentRefused, SubjectUnknown, SubjectErased; the batch
    at fault is undone, earlier ones stay.
    """
    importer = Importer(by=by, source=source)
    written, waiting = 0, iter(people)
    while batch := list(islice(waiting, BATCH)):
        lines = [Line(p.subject_id, past, uuid7()) for p in batch for past in p.acts]
        with transaction.atomic():
            found = importer.bring_in(lines, at=at, also=[p.subject_id for p in batch])
            for outcome in found:
                if outcome.refused is not None:
                    raise outcome.refused
        written += len(lines)
    return written


class _Batch:
    """One commit: who is locked, what is accepted of each, and the rows to write."""

    def __init__(
        self,
        lines: Sequence[Line],
        also: Collection[UUID],
        known: Known,
        waits: dict[tuple[object, ...], bool],
        by: str,
        source: str | None,
        at: datetime,
    ) -> None:
        self._lines, self._known, self._waits, self._at = lines, known, waits, at
        self._by, self._source = by, source
        wanted = {*also, *(line.subject_id for line in lines)}
        locked = lock_subjects(wanted)
        self._people = {
            subject_id: state_queries.person_facts(subject)
            for subject_id, subject in locked.items()
            if subject_id in wanted
        }
        # Because what a joined person said of one record counts for the others.
        self._joined = {
            subject_id: subject.group
            for subject_id, subject in locked.items()
            if subject.group is not None
        }
        if not set(also) <= self._people.keys():
            raise SubjectUnknown
        self._have = _ids(HAVE_STATES, list(self._people))
        self._there = _ids(ARE_THERE, [name for line in lines for name in names_of(line)])
        # Because who has no state yet has said nothing here.
        self._said = state_queries.event_facts_of(
            [person for person in self._people if person in self._have]
            + [person for person in self._joined if person not in self._people]
        )
        self._new: dict[UUID, list[EventFact]] = {}
        self._tags: dict[UUID, bytes] = {}
        self._entries: list[Entry] = []
        self._rows: list[dict[str, Any]] = []

    def write(self) -> list[Outcome]:
        """Decide on each line, then write all that was accepted."""
        outcomes = [self._take(line) for line in self._lines]
        audit.append_many(self._entries)
        bulk_rows.write_events(self._rows)
        self._compile()
        return outcomes

    def _take(self, line: Line) -> Outcome:
        there = next((name for name in names_of(line) if name in self._there), None)
        if there is not None:
            return Outcome(there, repeated=True)
        try:
            person = self._people.get(line.subject_id)
            if person is None:
                raise SubjectUnknown
            if person.status == Subject.Status.ERASED:
                raise SubjectErased
            words = _words(line.past, self._known, self._at)
            self._accept(self._confirmed(line, person), words)
        except ConsentRefused as refused:
            return Outcome(line.event_id, refused=refused)
        self._there.add(line.event_id)
        return Outcome(line.event_id)

    def _confirmed(self, line: Line, person: PersonFacts) -> Line:
        """The line; a Yes that the law wants confirmed waits, unless it says it was."""
        act = line.past.act
        if act.state != "given":
            return line
        key = ("waits", act.purpose, act.method, act.consent_types, person.jurisdictions)
        if key not in self._waits:
            self._waits[key] = recording.must_wait(act, person, self._at)
        if not self._waits[key]:
            return line
        return line._replace(past=replace(line.past, act=replace(act, state="waiting")))

    def _accept(self, line: Line, words: _Words) -> None:
        past, act, subject_id = line.past, line.past.act, line.subject_id
        expires_at = past.expires_at or recording.expiry_of(act, words.notice, past.valid_from)
        fact = _fact(line, words, expires_at, self._at)
        if lifts_a_no(fact, self._said_by(subject_id)):
            raise ConsentRefused(
                "NO_STANDS",
                "After a No that this person said here, an import cannot bring in a Yes.",
                fix="Leave the line out; only the person can lift it, in the portal or with you.",
                pointer="/valid_from",
            )
        entry = audit.prepare(
            kind=f"consent.{act.state}",
            at=self._at,
            tag=self._tag(subject_id),
            facts=recording.facts_of(act, line.event_id, self._by)
            | {"valid_from": past.valid_from.isoformat()},
        )
        self._entries.append(entry)
        self._rows.append(_row(line, words, fact, entry.id, self._source))
        self._new.setdefault(subject_id, []).append(fact)

    def _said_by(self, subject_id: UUID) -> list[EventFact]:
        """What was said before, of this record and of those joined to it."""
        group = self._joined.get(subject_id)
        if group is None:
            return self._said.get(subject_id, [])
        together = [person for person, other in self._joined.items() if other == group]
        return [event for person in together for event in self._said.get(person, ())]

    def _tag(self, subject_id: UUID) -> bytes:
        tag = self._tags.get(subject_id)
        if tag is None:
            tag = self._tags[subject_id] = keys.subject_tag(subject_id, at=self._at)
        return tag

    def _compile(self) -> None:
        """One fold per person; long histories and joined records are compiled as ever."""
        alone = [p for p in self._people if p in self._new or p not in self._have]
        kept = KeptStanding.objects.filter(subject_id__in=self._new)
        long = set(kept.values_list("subject_id", flat=True))
        bulk_rows.write_states(
            [
                (person, self._state(person))
                for person in alone
                if person not in long and person not in self._joined
            ],
            at=self._at,
        )
        for subject in Subject.objects.filter(pk__in=long - self._joined.keys()):
            states.recompile(subject=subject, at=self._at, new=self._new[subject.pk])
        moved = {self._joined[person] for person in self._new if person in self._joined}
        if moved:
            states.compile_together(groups.group_of(groups.member_ids(moved)), at=self._at)

    def _state(self, person: UUID) -> Compiled:
        events = [*self._said.get(person, ()), *self._new.get(person, ())]
        # Because a writer that waited for the lock knows an earlier time than the one before it.
        moment = max([self._at, *(order(event)[0] for event in events)])
        standing = fold(events, at=moment)
        return render(person=self._people[person], standing=standing, at=moment)


def names_of(line: Line) -> tuple[UUID, ...]:
    """All ids under which the act of a line may be here already."""
    return (line.event_id, *line.also)


def _ids(statement: str, wanted: list[UUID]) -> set[UUID]:
    return {row[0] for row in raw_cursor().execute(statement, (wanted,)).fetchall()}


def _fact(
    line: Line, words: _Words, expires_at: datetime | None, recorded_at: datetime
) -> EventFact:
    """The new event as the fold wants it (as `queries.states.event_fact` of the stored one)."""
    act = line.past.act
    return EventFact(
        state=act.state,
        valid_from=line.past.valid_from,
        recorded_at=recorded_at,
        purpose=words.purpose.name if words.purpose else None,
        purpose_class=words.purpose.purpose_class if words.purpose else "",
        attributes=act.attributes,
        channels=act.channels,
        recipient=act.recipient,
        consent_types=acts.expressed(act),
        notice=words.notice.version if words.notice else None,
        expires_at=expires_at,
        actor=act.actor,
        id=line.event_id,
        confirms=act.confirms,
        level=act.level,
        cap=act.cap,
        until=act.until,
    )


def _row(
    line: Line, words: _Words, fact: EventFact, log_event: UUID, source: str | None
) -> dict[str, Any]:
    act = line.past.act
    return {
        "id": line.event_id,
        "subject_id": line.subject_id,
        "state": act.state,
        "purpose_id": words.purpose.pk if words.purpose else None,
        "attributes": list(act.attributes),
        "channels": list(act.channels),
        "recipient_id": act.recipient,
        "consent_types": list(fact.consent_types),
        "notice_id": words.notice.pk if words.notice else None,
        "language": act.language,
        "shown_at": act.shown_at,
        "method": act.method,
        "actor": act.actor,
        "evidence": act.evidence,
        "valid_from": fact.valid_from,
        "expires_at": fact.expires_at,
        "until": act.until,
        "level": act.level,
        "cap_count": act.cap[0] if act.cap else None,
        "cap_days": act.cap[1] if act.cap else None,
        "confirms": act.confirms,
        "recorded_at": fact.recorded_at,
        "source_id": source,
        "log_event": log_event,
    }


def _words(past: PastAct, known: Known, at: datetime) -> _Words:
    """Purpose and notice of an act, checked as a fresh one is, as of the day it was done."""
    _check_times(past, at)
    act = past.act
    key = (act.state, act.purpose, act.attributes, act.channels, act.recipient, act.notice,
           act.language, act.actor, bool(act.evidence), act.level, act.cap, act.until)  # fmt: skip
    found = _remembered(known, key, act.shown_at or past.valid_from)
    if found is None:
        found = _look_up(past)
        known[(found.refused is None, *key)] = found
    if found.refused is not None:
        raise found.refused
    return found


def _remembered(known: Known, key: tuple[object, ...], shown_at: datetime) -> _Words | None:
    """What was found before of the same words, accepted or refused, if it holds then too."""
    both = (known.get((accepted, *key)) for accepted in (True, False))
    return next((found for found in both if found is not None and _holds(found, shown_at)), None)


def _check_times(past: PastAct, at: datetime) -> None:
    shown_at = past.act.shown_at
    pointer = (
        "/valid_from"
        if not EARLIEST <= past.valid_from <= at
        else "/shown_at"
        if shown_at is not None and shown_at > past.valid_from + recording.CLOCK_TOLERANCE
        else "/expires_at"
        if past.expires_at is not None and past.expires_at <= past.valid_from
        else ""
    )
    if pointer:
        raise ConsentRefused(
            "INVALID_TIME",
            "A time lies in the future, before 1970, or before what it must follow.",
            fix="Send shown_at, then valid_from, then expires_at, in this order and in UTC.",
            pointer=pointer,
        )


def _look_up(past: PastAct) -> _Words:
    act, purpose, notice = past.act, None, None
    try:
        acts.check(act, at=past.valid_from, states=ConsentEvent.State.values)
        purpose = recording.purpose_of(act)
        notice = recording.notice_of(act, purpose, past.valid_from)
        return _Words(purpose, notice)
    except ConsentRefused as refused:
        if refused.code == "NOTICE_NOT_LIVE" and purpose is not None and act.notice is not None:
            notice = Notice.objects.get(purpose=purpose, version=act.notice)
        return _Words(purpose, notice, refused)


def _holds(found: _Words, shown_at: datetime) -> bool:
    """Whether what was found once holds for another moment too."""
    notice = found.notice
    if notice is None:
        return True
    began, ended = notice.published_at, notice.superseded_at
    was_live = began is not None and began <= shown_at and (ended is None or shown_at < ended)
    return was_live == (found.refused is None)
