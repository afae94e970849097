"""A stream of past consent events into the store, and what became of each line.

Line by line and commit by commit, in constant memory: what was committed when a process dies
is recognised when it is sent again, so an import is resumed by sending it once more.
"""

import json
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db import Error as DatabaseError
from django.db import IntegrityError, OperationalError, transaction

from audit import actions as audit
from audit import public_ids
from consent.actions import subjects
from consent.actions.importing import BATCH, Importer, Line, Outcome
from consent.actions.subjects import Newcomer
from consent.api import ndjson, processes
from consent.api.allowances import check_may_say
from consent.api.ndjson import Sent
from consent.api.problems import Problem
from consent.api.subjects import REFERENCE
from consent.api.tokens import Caller
from consent.errors import ConsentRefused, SubjectUnknown
from consent.jurisdictions import UNKNOWN
from consent.queries import identifiers
from keys.errors import KeyProblem

logger = logging.getLogger(__name__)

# Because two imports may make the same new person in the same moment.
ATTEMPTS = 3
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
Result = dict[str, Any]
_Batch = list[tuple[int, bytes]]
_STORE_PROBLEMS = (psycopg.Error, DatabaseError, KeyProblem, BrokenProcessPool)


class _Read(NamedTuple):
    """A numbered line: well-formed (`sent`), or why not."""

    number: int
    sent: Sent | None
    refused: ConsentRefused | None


@dataclass
class EventImport:
    """One import by one caller. `recorded`, `repeated`, `refused` count lines so far."""

    caller: Caller
    clock: Callable[[], datetime]
    workers: int = 1
    recorded: int = 0
    repeated: int = 0
    refused: int = 0

    def run(self, chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
        """A result per line that is not empty, in order, and a summary as the last.

        `workers` above 1 are processes that write batches side by side. Where the store goes
        away, the summary comes early: `complete` is false, and all that has no result is to be
        sent again.
        """
        numbered = enumerate(ndjson.lines(chunks), 1)
        waiting = ((number, line) for number, line in numbered if line.strip())
        batches = iter(lambda: list(islice(waiting, BATCH)), [])
        complete = True
        try:
            for results in self._each(batches):
                yield from map(self._counted, results)
        except _STORE_PROBLEMS as error:
            logger.error("An import cannot reach its store (%s).", type(error).__name__)
            complete = False
        yield self._summary(complete)

    def _each(self, batches: Iterator[_Batch]) -> Iterator[list[Result]]:
        if self.workers == 1:
            yield from map(_Batches(self.caller, self.clock).bring_in, batches)
            return
        with processes.pool(self.workers) as pool:
            # Because one batch that waits keeps a process busy while its results are shown.
            ahead = islice(batches, 2 * self.workers)
            running = deque(pool.submit(_beside, self.caller, self.clock, b) for b in ahead)
            while running:
                done = running.popleft().result()
                running += [
                    pool.submit(_beside, self.caller, self.clock, b) for b in islice(batches, 1)
                ]
                yield done

    def _counted(self, result: Result) -> Result:
        status = result["status"]
        self.recorded += status == "recorded"
        self.repeated += status == "repeated"
        self.refused += status == "refused"
        return result

    def _summary(self, complete: bool) -> dict[str, Any]:
        counts = {
            "recorded": self.recorded, "repeated": self.repeated, "refused": self.refused,
        }  # fmt: skip
        if complete and self.recorded:
            facts = {"recipient": self.caller.recipient} | counts
            audit.append(kind="consents.imported", at=self.clock(), facts=facts)
        lines = sum(counts.values())
        return {"summary": {"complete": complete, "lines": lines} | counts}


class _Batches:
    """What one process remembers of an import while it brings in batch after batch."""

    def __init__(self, caller: Caller, clock: Callable[[], datetime]) -> None:
        self.caller, self.clock = caller, clock
        self._importer = Importer(by=caller.recipient, source=caller.recipient)
        self._allowed: dict[tuple[str, str | None], ConsentRefused | None] = {}

    def bring_in(self, batch: _Batch) -> list[Result]:
        """A result per numbered line; one commit."""
        at = self.clock()
        read = [self._read(number, line, at) for number, line in batch]
        outcomes = self._record([row.sent for row in read if row.sent], at)
        return [
            _refusal(row.number, row.refused)
            if row.refused is not None
            else _result(row.number, next(outcomes))
            for row in read
        ]

    def _read(self, number: int, line: bytes, at: datetime) -> _Read:
        try:
            sent = ndjson.read(line, today=at.date())
        except ConsentRefused as refused:
            return _Read(number, None, refused)
        forbidden = self._refusal_of(sent.past.act.state, sent.past.act.purpose)
        return _Read(number, None if forbidden else sent, forbidden)

    def _refusal_of(self, state: str, purpose: str | None) -> ConsentRefused | None:
        """Whether the caller may say this at all; asked once per state and purpose."""
        key = (state, purpose)
        if key not in self._allowed:
            try:
                check_may_say(self.caller, state, purpose)
                self._allowed[key] = None
            except Problem as problem:
                self._allowed[key] = ConsentRefused(problem.code, problem.detail, fix=problem.fix)
        return self._allowed[key]

    def _record(self, sent: Sequence[Sent], at: datetime) -> Iterator[Outcome]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    return iter(self._record_once(sent, at))
            except (IntegrityError, OperationalError):
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def _record_once(self, sent: Sequence[Sent], at: datetime) -> list[Outcome]:
        people, new = self._people(sent, at)
        known = [(one, people[one.subject]) for one in sent if one.subject in people]
        ids = ndjson.event_ids(known, sender=self.caller.recipient)
        lines = [
            Line(subject_id, one.past, event_id, ndjson.exported_id(one))
            for (one, subject_id), event_id in zip(known, ids, strict=True)
        ]
        recorded = iter(self._importer.bring_in(lines, at=at, also=new))
        nobody = Outcome(UUID(int=0), refused=SubjectUnknown())
        return [next(recorded) if one.subject in people else nobody for one in sent]

    def _people(self, sent: Sequence[Sent], at: datetime) -> tuple[dict[str, UUID], list[UUID]]:
        """Whom the lines mean, and who of them is new: a first party's new references."""
        people = identifiers.find_subjects(
            recipient=self.caller.recipient,
            first_party=self.caller.first_party,
            identifiers=[one.subject for one in sent],
        )
        if not self.caller.first_party:
            return people, []
        unknown: dict[str, Sent] = {}
        for one in sent:
            if one.subject not in people:
                unknown.setdefault(one.subject, one)
        newcomers = {
            identifier: _newcomer(one, match[1], match[2])
            for identifier, one in sorted(unknown.items())
            if (match := REFERENCE.fullmatch(identifier))
        }
        if not newcomers:
            return people, []
        made = subjects.register_many(
            newcomers=list(newcomers.values()), by=self.caller.recipient, at=at
        )
        new = {identifier: one.pk for identifier, one in zip(newcomers, made, strict=True)}
        return people | new, list(new.values())


@lru_cache(maxsize=1)
def _batches(caller: Caller, clock: Callable[[], datetime]) -> _Batches:
    return _Batches(caller, clock)


def _beside(caller: Caller, clock: Callable[[], datetime], batch: _Batch) -> list[Result]:
    """In a process of the import's own, which serves this one import."""
    return _batches(caller, clock).bring_in(batch)


def _result(number: int, outcome: Outcome) -> Result:
    if outcome.refused is not None:
        return _refusal(number, outcome.refused)
    return {
        "line": number,
        "status": "repeated" if outcome.repeated else "recorded",
        "id": public_ids.shown(public_ids.CONSENT_EVENT, outcome.event_id),
    }


def _refusal(number: int, refused: ConsentRefused) -> Result:
    return {
        "line": number,
        "status": "refused",
        "code": refused.code,
        "pointer": refused.pointer,
        "detail": refused.detail,
        "fix": refused.fix,
    }


def encode(result: dict[str, Any]) -> bytes:
    """A result as a line of NDJSON."""
    return _encode(result).encode() + b"\n"


def _newcomer(sent: Sent, system: str, value: str) -> Newcomer:
    return Newcomer(
        jurisdictions=sent.jurisdictions or (UNKNOWN,),
        birth_date=sent.birth_date,
        references=((system, value),),
    )
