"""Bringing in one's own people from a file: who they are, what is known, what they allowed.

Batch by batch, each one commit: a run that was interrupted is started again, and finds the
people it has made. A row with a fault is refused whole and stops no other.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from consent.actions import subjects
from consent.actions.importing import Importer, Line, PastAct
from consent.actions.subjects import Newcomer
from consent.acts import Act
from consent.api import ndjson
from consent.api.authzen import CODE
from consent.queries import identifiers, people
from keys import queries as keys
from profiles import mapping
from profiles.actions import vault
from profiles.actions.vault import Block
from profiles.mapping import CellRefused, Column, Mapped
from profiles.models import Profile
from profiles.tables import TOO_MANY

BATCH = 500


class Fault(NamedTuple):
    """What is wrong with a row: where, which kind, and why; never what was in the cell."""

    column: str
    code: str
    reason: str


class Result(NamedTuple):
    """What became of a row: `new`, `known` (left as they are), `updated` or `refused`."""

    row: int
    status: str
    faults: tuple[Fault, ...] = ()


class _Person(NamedTuple):
    """One row as it is meant."""

    row: int
    identifiers: tuple[str, ...]
    newcomer: Newcomer
    values: Mapping[str, Any]
    acts: tuple[tuple[str, PastAct], ...]
    recorded_at: datetime


@dataclass
class PeopleImport:
    """One run over the rows of one file. `dry_run` checks everything and writes nothing.

    `update` brings values and consents of people we know too; else they are left alone. `by` is
    the first party whose file it is.
    """

    mapped: Mapped
    by: str
    clock: Callable[[], datetime]
    dry_run: bool = False
    update: bool = False
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("new", "known", "updated", "refused"), 0)
    )
    values: int = 0
    consents: int = 0

    def run(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Result]:
        """What became of each row, in order."""
        importer, waiting = Importer(by=self.by, source=self.by), iter(rows)
        with closing(_Seen()) as seen:
            while batch := list(islice(waiting, BATCH)):
                for result in self._bring_in(batch, seen, importer):
                    self.counts[result.status] += 1
                    yield result

    def _bring_in(
        self,
        batch: Sequence[tuple[int, Mapping[str, Any]]],
        seen: "_Seen",
        importer: Importer,
    ) -> list[Result]:
        at = self.clock()
        results: dict[int, Result] = {}
        read: list[_Person] = []
        for number, row in batch:
            person, faults = self._read(number, row, importer, at)
            if person is not None and not faults:
                first = seen.first(person.identifiers, number)
                if first is None:
                    read.append(person)
                    continue
                faults = [Fault("", "DUPLICATE_IN_FILE", f"is the same person as row {first}")]
            results[number] = Result(number, "refused", tuple(faults))
        for result in self._write(read, importer, at):
            results[result.row] = result
        return [results[number] for number, _ in batch]

    def _read(
        self, number: int, row: Mapping[str, Any], importer: Importer, at: datetime
    ) -> tuple[_Person | None, list[Fault]]:
        reading = _Reading(row)
        if row.get(TOO_MANY):
            reading.faults.append(Fault("", "MALFORMED_ROW", "has more cells than the header"))
        named = {
            system: reading.take(column.read, row)
            for system, column in self.mapped.references.items()
        }
        references = tuple((system, value) for system, value in named.items() if value)
        if any(not mapping.REFERENCE.fullmatch(value) for _, value in references):
            reading.faults.append(
                Fault("references", "REFERENCE", "has spaces or more than 128 characters")
            )
        if not references:
            reading.faults.append(Fault("references", "REFERENCE", "is missing"))
        acts = tuple(self._acts(reading, importer, at))
        person = _Person(
            row=number,
            identifiers=tuple(f"ref:{system}:{value}" for system, value in references),
            newcomer=Newcomer(
                jurisdictions=reading.take(_places, self.mapped.jurisdiction, row) or (),
                birth_date=reading.take(self._born, row, at),
                references=references,
            ),
            values=self._values(reading),
            acts=acts,
            recorded_at=reading.take(self._recorded_at, row, at) or at,
        )
        return (person if not reading.faults else None), reading.faults

    def _born(self, row: Mapping[str, Any], at: datetime) -> Any:
        column = self.mapped.birth_date
        return mapping.born(column, row, today=at.date()) if column else None

    def _recorded_at(self, row: Mapping[str, Any], at: datetime) -> datetime | None:
        column = self.mapped.recorded_at
        found = mapping.moment(column, row) if column else None
        if column and found and found > at:
            raise CellRefused(column.name, "INVALID_TIME", "lies in the future")
        return found

    def _values(self, reading: "_Reading") -> dict[str, Any]:
        found = {
            code: reading.take(column.value, reading.row)
            for code, column in self.mapped.attributes.items()
        }
        return {code: value for code, value in found.items() if value is not None}

    def _acts(
        self, reading: "_Reading", importer: Importer, at: datetime
    ) -> Iterator[tuple[str, PastAct]]:
        for consent in self.mapped.consents:
            state = reading.take(consent.state.read, reading.row)
            if state is None:
                continue
            valid_from = reading.take(mapping.moment, consent.valid_from, reading.row)
            if valid_from is None:
                reading.faults.append(
                    Fault(consent.valid_from.name, "INVALID_TIME", "says not when it was said")
                )
                continue
            expires = consent.expires_at
            act = Act(
                state=state,
                purpose=consent.purpose,
                notice=consent.notice,
                language=consent.language,
                method=consent.method,
            )
            past = PastAct(
                act,
                valid_from,
                reading.take(mapping.moment, expires, reading.row) if expires else None,
            )
            refused = importer.refusal(past, at=at)
            if refused is None:
                yield consent.state.name, past
            else:
                reading.faults.append(Fault(consent.state.name, refused.code, refused.detail))

    def _write(self, read: Sequence[_Person], importer: Importer, at: datetime) -> list[Result]:
        known = identifiers.find_subjects(
            recipient=self.by,
            first_party=True,
            identifiers=[name for person in read for name in person.identifiers],
        )
        erased = people.erased_among(known.values())
        results, chosen = [], []
        for person in read:
            ids = {known[name] for name in person.identifiers if name in known}
            status, faults = _standing(ids, erased, update=self.update)
            results.append(Result(person.row, status, faults))
            if status in {"new", "updated"}:
                chosen.append((person, next(iter(ids), None)))
        self.values += sum(len(person.values) for person, _ in chosen)
        self.consents += sum(len(person.acts) for person, _ in chosen)
        if self.dry_run or not chosen:
            return results
        with transaction.atomic():
            late = self._store(chosen, importer, at)
        return [_with(result, late.get(result.row)) for result in results]

    def _store(
        self, chosen: Sequence[tuple[_Person, UUID | None]], importer: Importer, at: datetime
    ) -> dict[int, list[Fault]]:
        """Everything of a batch in one commit; consents that could not be brought in, by row."""
        new = [person for person, subject_id in chosen if subject_id is None]
        made = subjects.register_many(
            newcomers=[person.newcomer for person in new], by=self.by, at=at
        )
        ids = {person.row: subject.pk for person, subject in zip(new, made, strict=True)}
        ids |= {person.row: subject_id for person, subject_id in chosen if subject_id is not None}
        Profile.objects.bulk_create(
            [Profile(subject_id=subject_id, created_at=at) for subject_id in ids.values()],
            ignore_conflicts=True,
        )
        self._fill_vault([(ids[person.row], person) for person, _ in chosen], at)
        said = [(person.row, column, ids[person.row], past)
                for person, _ in chosen for column, past in person.acts]  # fmt: skip
        outcomes = importer.bring_in(
            self._lines([(subject_id, past) for _, _, subject_id, past in said]),
            at=at,
            also=[subject.pk for subject in made],
        )
        late: dict[int, list[Fault]] = {}
        for (row, column, _, _), outcome in zip(said, outcomes, strict=True):
            if outcome.refused is not None:
                fault = Fault(column, outcome.refused.code, outcome.refused.detail)
                late.setdefault(row, []).append(fault)
        return late

    def _lines(self, said: Sequence[tuple[UUID, PastAct]]) -> list[Line]:
        sent = [
            (ndjson.Sent("", past, ndjson.said_of(past.act), (), None, ""), subject_id)
            for subject_id, past in said
        ]
        ids = ndjson.event_ids(sent, sender=self.by)
        return [
            Line(subject_id, past, event_id)
            for (subject_id, past), event_id in zip(said, ids, strict=True)
        ]

    def _fill_vault(self, chosen: Sequence[tuple[UUID, _Person]], at: datetime) -> None:
        blocks: dict[datetime, list[Block]] = {}
        for subject_id, person in chosen:
            blocks.setdefault(person.recorded_at, []).extend(
                Block(subject_id, code, value) for code, value in person.values.items()
            )
        source = f"{self.by}:{self.mapped.source}"[:60]
        for recorded_at, some in blocks.items():
            vault.put(blocks=some, source=source, at=recorded_at)
        audit.append_many(
            [
                audit.prepare(
                    kind="attributes.written",
                    at=at,
                    tag=keys.subject_tag(subject_id, at=at),
                    facts={"attributes": sorted(person.values), "source": source, "by": self.by},
                )
                for subject_id, person in chosen
                if person.values
            ]
        )


class _Reading:
    """One row while it is read: collects every fault, so that all are told at once."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.faults: list[Fault] = []

    def take(self, read: Callable[..., Any], *arguments: Any) -> Any:
        """What `read` gives of `arguments`, or None and one more fault."""
        try:
            return read(*arguments)
        except CellRefused as refused:
            self.faults.append(Fault(refused.column, refused.code, refused.reason))
            return None


class _Seen:
    """Which references this file has named in which row: on disk, keyed, gone afterwards."""

    def __init__(self) -> None:
        self._known = sqlite3.connect("")
        self._known.execute("CREATE TABLE seen (name BLOB PRIMARY KEY, row INT) WITHOUT ROWID")

    def first(self, names: Sequence[str], row: int) -> int | None:
        """The earlier row that named one of these; else they are kept, and None."""
        indexes = [identifiers.index_of(name) for name in names]
        for index in indexes:
            found = self._known.execute("SELECT row FROM seen WHERE name = ?", (index,)).fetchone()
            if found:
                return int(found[0])
        self._known.executemany(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)", [(index, row) for index in indexes]
        )
        return None

    def close(self) -> None:
        """Forget everything."""
        self._known.close()


def _places(column: Column, row: Mapping[str, Any]) -> tuple[str, ...]:
    text = column.read(row)
    codes = tuple(dict.fromkeys((text or "UNKNOWN").split("+")))
    if not all(CODE.fullmatch(code) for code in codes):
        raise CellRefused(column.name, "JURISDICTION", "is not the code of a jurisdiction")
    return codes


def _standing(ids: set[UUID], erased: set[UUID], *, update: bool) -> tuple[str, tuple[Fault, ...]]:
    if len(ids) > 1:
        reason = "names two people whom we know apart; join them first"
        return "refused", (Fault("references", "TWO_PEOPLE", reason),)
    if ids & erased:
        return "refused", (Fault("references", "SUBJECT_ERASED", "was erased and stays so"),)
    return ("updated" if update else "known") if ids else "new", ()


def _with(result: Result, late: Sequence[Fault] | None) -> Result:
    return result if not late else result._replace(faults=(*result.faults, *late))
