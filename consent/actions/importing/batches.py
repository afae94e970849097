"""One commit of an import: who is locked, what is accepted of each, and the rows to write."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from audit import actions as audit
from audit.arrays import Uuids
from audit.forms import Entry
from audit.identifiers import uuids7
from consent.actions import bulk_rows, recording, states
from consent.actions.bulk_rows import EventRow, StateRow
from consent.actions.importing.lines import Line, Outcome, PastAct, names_of
from consent.actions.importing.wordings import Wording, Wordings
from consent.actions.locking import lock_facts
from consent.acts import Act
from consent.compiling import Compiled, EventFact, PersonFacts, render
from consent.contradictions import lifts_a_no
from consent.errors import ConsentRefused, SubjectErased, SubjectUnknown
from consent.folding import fold
from consent.models import Subject
from consent.queries import groups
from consent.queries import states as state_queries
from consent.queries.states import raw_cursor
from keys import queries as keys

ARE_THERE = "SELECT id FROM consent_consentevent WHERE id = ANY (%b::uuid[])"
STATES_BEFORE = """
    SELECT s.subject_id, s.shape, k.subject_id IS NOT NULL
      FROM consent_consentstate s
      LEFT JOIN consent_keptstanding k ON k.subject_id = s.subject_id
     WHERE s.subject_id = ANY (%b::uuid[])
"""


class Batch:
    """The lines of one commit; `also` are people who get a state whatever was said of them.

    `waits` remembers which Yes the law wants confirmed.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        also: Collection[UUID],
        wordings: Wordings,
        waits: dict[tuple[object, ...], bool],
        at: datetime,
    ) -> None:
        self._lines, self._wordings, self._waits, self._at = lines, wordings, waits, at
        wanted = {*also, *(line.subject_id for line in lines)}
        locked = lock_facts(wanted)
        self._people = {
            subject_id: person.facts
            for subject_id, person in locked.items()
            if subject_id in wanted
        }
        # Because what a joined person said of one record counts for the others.
        self._joined = {
            subject_id: person.group
            for subject_id, person in locked.items()
            if person.group is not None
        }
        if not set(also) <= self._people.keys():
            raise SubjectUnknown
        self._before, self._long = _states_before(list(self._people))
        self._there = _already_there([name for line in lines for name in names_of(line)])
        # Because who has no state yet has said nothing here.
        self._said = state_queries.event_facts_of(
            [person for person in self._people if person in self._before]
            + [person for person in self._joined if person not in self._people]
        )
        self._tags = keys.subject_tags(self._people, at=at)
        self._ids = iter(uuids7(len(lines)))
        self._new: dict[UUID, list[EventFact]] = {}
        self._entries: list[Entry] = []
        self._rows: list[EventRow] = []

    def write(self) -> list[Outcome]:
        """Decide on each line, then write all that was accepted."""
        outcomes = [self._take(line) for line in self._lines]
        audit.append_many(self._entries)
        bulk_rows.write_events(self._rows, recorded_at=self._at)
        self._compile()
        return outcomes

    def _take(self, line: Line) -> Outcome:
        subject_id, past, event_id, also = line
        if event_id in self._there:
            return Outcome(event_id, repeated=True)
        if also is not None and also in self._there:
            return Outcome(also, repeated=True)
        try:
            person = self._people.get(subject_id)
            if person is None:
                raise SubjectUnknown
            if person.status == Subject.Status.ERASED:
                raise SubjectErased
            wording = self._wordings.of(past, at=self._at)
            if past.act.state == "given" and self._must_wait(past.act, person):
                past = replace(past, act=replace(past.act, state="waiting"))
                wording = self._wordings.of(past, at=self._at)
            self._accept(subject_id, event_id, past, wording)
        except ConsentRefused as refused:
            return Outcome(event_id, refused=refused)
        self._there.add(event_id)
        return Outcome(event_id)

    def _must_wait(self, act: Act, person: PersonFacts) -> bool:
        """Whether the law wants this Yes confirmed, and nothing says that it was."""
        key = (act.purpose, act.method, act.consent_types, person.jurisdictions)
        waits = self._waits.get(key)
        if waits is None:
            waits = self._waits[key] = recording.must_wait(act, person, self._at)
        return waits

    def _accept(self, subject_id: UUID, event_id: UUID, past: PastAct, wording: Wording) -> None:
        expires_at = past.expires_at or recording.expiry_of(
            past.act, wording.notice, past.valid_from
        )
        fact = wording.fact._replace(
            valid_from=past.valid_from, recorded_at=self._at, expires_at=expires_at, id=event_id
        )
        said = self._said_by(subject_id)
        if said and lifts_a_no(fact, said):
            raise ConsentRefused(
                "NO_STANDS",
                "After a No that this person said here, an import cannot bring in a Yes.",
                fix="Leave the line out; only the person can lift it, in the portal or with you.",
                pointer="/valid_from",
            )
        log_event = next(self._ids)
        texts = (str(event_id), past.valid_from.isoformat())
        self._entries.append(wording.form.fill(log_event, self._at, self._tag(subject_id), texts))
        self._rows.append(
            EventRow(
                event_id, subject_id, wording.columns, past.act.shown_at, past.valid_from,
                expires_at, log_event,
            )
        )  # fmt: skip
        self._new.setdefault(subject_id, []).append(fact)

    def _said_by(self, subject_id: UUID) -> list[EventFact]:
        """What was said before, of this record and of those joined to it."""
        group = self._joined.get(subject_id)
        if group is None:
            return self._said.get(subject_id, [])
        together = [person for person, other in self._joined.items() if other == group]
        return [event for person in together for event in self._said.get(person, ())]

    def _tag(self, subject_id: UUID) -> bytes:
        # Because whose key is missing is asked for alone, to hear what is wrong with it.
        return self._tags.get(subject_id) or keys.subject_tag(subject_id, at=self._at)

    def _compile(self) -> None:
        """One fold per person; long histories and joined records are compiled as ever."""
        alone = [p for p in self._people if p in self._new or p not in self._before]
        long = self._long & self._new.keys()
        bulk_rows.write_states(
            [
                StateRow(person, self._before.get(person), self._state(person))
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
        moment = max([self._at, *(event.valid_from for event in events)])
        standing = fold(events, at=moment)
        return render(person=self._people[person], standing=standing, at=moment)


def _already_there(names: list[UUID]) -> set[UUID]:
    return {row[0] for row in raw_cursor().execute(ARE_THERE, (Uuids(names),), binary=True)}


def _states_before(people: list[UUID]) -> tuple[dict[UUID, bytes], set[UUID]]:
    """The digests of the shapes of those who have a state, and who has a long history."""
    rows = raw_cursor().execute(STATES_BEFORE, (Uuids(people),), binary=True).fetchall()
    return {row[0]: row[1] for row in rows}, {row[0] for row in rows if row[2]}
