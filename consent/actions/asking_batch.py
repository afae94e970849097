"""Asking about many people at once: one read, one decision per state, one entry in the log.

The same answers as `asking.ask` for each: all rules are on, and nothing is answered that is not
on record. The entry holds a leaf per person (`audit.batches`), so that each finds it.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import psycopg
from django.db import Error as DatabaseError
from django.db import transaction

from audit import actions as audit
from audit.batches import Group, Part
from audit.bodies import Fact
from audit.identifiers import uuid7
from consent import bulk_entries, figures, rulings
from consent.actions import asking, shapes
from consent.catalogue import Catalogue
from consent.decisions import Decision
from consent.decisions.verdicts import denial
from consent.queries import catalogue as catalogues
from consent.queries import people as counted
from consent.queries import population
from consent.queries.states import raw_cursor
from consent.questions import Question, Ruling
from consent.rulings import Outcome
from keys import queries as keys

logger = logging.getLogger(__name__)

AT_ONCE = 1_000
READ_STATES = """
    SELECT subject_id, epoch, shape, until
      FROM consent_consentstate WHERE subject_id = ANY (%s::text::uuid[])
"""
# As for one person: the entry is written only where every state that was decided on still
# holds, in the statement that looks. Who has moved is decided again.
APPEND_IF_NONE_MOVED = """
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(%s::text::uuid[], %s::text::bigint[]) AS a (subject_id, epoch)
    ), moved AS MATERIALIZED (
        SELECT a.subject_id
          FROM asked a LEFT JOIN consent_consentstate s ON s.subject_id = a.subject_id
         WHERE s.epoch IS DISTINCT FROM a.epoch
    ), written AS MATERIALIZED (
        SELECT audit_append_batch(%b, %b, %b, %b, %b, %b, %b::integer[])
         WHERE NOT EXISTS (SELECT FROM moved)
           AND (SELECT version FROM consent_catalogueversion) = %b
    )
    SELECT (SELECT count(*) FROM written)
"""


class Answer(NamedTuple):
    """What the rules say of one person; `epoch` is None for nobody we know.

    `over`: how many people permit at once, for a purpose of figures.
    """

    subject_id: UUID | None
    outcome: Outcome
    epoch: int | None
    until: datetime | None
    shape: bytes | None
    over: int | None = None

    @property
    def permitted(self) -> bool:
        """Whether all that was asked is permitted."""
        return self.outcome.decision.permit

    @property
    def reason_code(self) -> str:
        """Why, or why not."""
        return self.outcome.decision.reason_code


class Logged(NamedTuple):
    """Answers, in the order of the question, and the one entry they are in; None: none was
    written, and every answer is No.
    """

    event: UUID | None
    answers: list[Answer]


class _Moved(Exception):
    """A state or the catalogue changed between the decision and its entry."""


def ask_each(*, question: Question, subject_ids: Sequence[UUID], at: datetime) -> list[Logged]:
    """Put one question, its `subject_id` left out, about each of many people.

    One entry for each AT_ONCE people (fewer where their answers differ much). Fails closed:
    where the store or the log is out of reach everybody is answered DECISION_UNAVAILABLE.
    Messages are asked for one by one, each with its own entry, because caps are counted.
    For a purpose of figures each entry has enough people by itself, or permits nobody.
    """
    logged = []
    least = figures.least_people(question.purpose, catalogues.catalogue())
    size = AT_ONCE if least is None else _even(len(subject_ids))
    for start in range(0, len(subject_ids), size):
        logged += _ask_some(question, subject_ids[start : start + size], at, use=True)
    return logged


def look_each(
    *, question: Question, subject_ids: Sequence[UUID | None], at: datetime
) -> list[Logged]:
    """As a single question about each, for a search: on record, but no message is counted."""
    logged = []
    for start in range(0, len(subject_ids), AT_ONCE):
        logged += _ask_some(question, subject_ids[start : start + AT_ONCE], at, use=False)
    return logged


def _even(people: int) -> int:
    """Because a short last entry would have too few people, all are about as long."""
    entries = -(-people // AT_ONCE) or 1
    return -(-people // entries) or 1


def _ask_some(
    question: Question, subject_ids: Sequence[UUID | None], at: datetime, *, use: bool
) -> list[Logged]:
    try:
        if use and asking.is_message(question, catalogues.catalogue()):
            return [_ask_alone(question, one, at) for one in subject_ids]
        for _ in range(asking.ATTEMPTS):
            catalogue = catalogues.catalogue()
            answers = _decide(question, subject_ids, catalogue, at, alone=not use)
            try:
                return _log(question, answers, catalogue, at)
            except _Moved:
                continue
    except (psycopg.OperationalError, psycopg.InterfaceError, DatabaseError) as error:
        logger.error("The gate cannot reach its store (%s); denying.", type(error).__name__)
    return [Logged(None, [_unavailable(question, one, at) for one in subject_ids])]


def _ask_alone(question: Question, subject_id: UUID | None, at: datetime) -> Logged:
    """A message, asked for by itself: it is counted, and the person's caps are kept."""
    ruling = asking.ask(question=replace(question, subject_id=subject_id), at=at)
    decision = Decision(ruling.permitted, ruling.reason_code, ruling.obligations)
    found = Outcome(decision, ruling.attributes, ruling.covered, ruling.notice)
    answer = Answer(subject_id, found, ruling.epoch, ruling.valid_until, ruling.shape or None)
    return Logged(ruling.event, [answer])


def decide_each(*, question: Question, subject_ids: Sequence[UUID], at: datetime) -> list[Answer]:
    """What the gate would answer about each, without a record: never a licence to use data."""
    return _decide(question, subject_ids, catalogues.catalogue(), at)


def ask_many(
    *, questions: Sequence[Question], at: datetime, stop_at: bool | None = None
) -> list[Ruling]:
    """Put different questions, each about one person or about nobody we know.

    With `stop_at` the first answer that permits (True) or denies (False) is the last one, and
    what follows is neither answered nor on record. One entry per distinct question. For a
    purpose of figures the people of one question count together, with `stop_at` each alone.
    """
    try:
        catalogue = catalogues.catalogue()
        if any(asking.is_message(question, catalogue) for question in questions):
            return _ask_in_turn(questions, at, stop_at)
        for _ in range(asking.ATTEMPTS):
            try:
                with transaction.atomic():
                    return _rule_all(questions, at, stop_at)
            except _Moved:
                continue
    except (psycopg.OperationalError, psycopg.InterfaceError, DatabaseError) as error:
        logger.error("The gate cannot reach its store (%s); denying.", type(error).__name__)
    denied = [rulings.unavailable(question, at) for question in questions]
    return denied[:1] if stop_at is False else denied


def _ask_in_turn(questions: Sequence[Question], at: datetime, stop_at: bool | None) -> list[Ruling]:
    """One by one, because what is counted for one answer changes the next."""
    ruled: list[Ruling] = []
    for question in questions:
        ruled.append(asking.ask(question=question, at=at))
        if ruled[-1].permitted is stop_at:
            break
    return ruled


def _rule_all(questions: Sequence[Question], at: datetime, stop_at: bool | None) -> list[Ruling]:
    catalogue = catalogues.catalogue()
    groups: dict[Question, list[int]] = {}
    for place, question in enumerate(questions):
        groups.setdefault(replace(question, subject_id=None), []).append(place)
    answers: dict[int, Answer] = {}
    for asked, places in groups.items():
        people = [questions[place].subject_id for place in places]
        decided = _decide(asked, people, catalogue, at, stop_at is not None)
        answers |= zip(places, decided, strict=True)
    kept = _until(answers, stop_at)
    ruled: dict[int, Ruling] = {}
    for asked, places in groups.items():
        mine = [place for place in places if place < kept]
        for start in range(0, len(mine), AT_ONCE):
            some = mine[start : start + AT_ONCE]
            waiting = iter(some)
            for logged in _log(asked, [answers[place] for place in some], catalogue, at):
                for answer in logged.answers:
                    ruled[next(waiting)] = _ruling(answer, logged.event, at)
    return [ruled[place] for place in range(kept)]


def _until(answers: dict[int, Answer], stop_at: bool | None) -> int:
    """How many answers are given."""
    for place in range(len(answers)):
        if answers[place].permitted is stop_at:
            return place + 1
    return len(answers)


def _ruling(answer: Answer, event: UUID | None, at: datetime) -> Ruling:
    ruling = rulings.ruling(
        found=answer.outcome,
        shape=answer.shape or b"",
        epoch=answer.epoch,
        until=answer.until,
        at=at,
        ruling_id=uuid7(),
    )
    if event is None:
        return ruling
    return rulings.logged(ruling, event=event, valid_until=asking.valid_until(ruling, at))


def _decide(
    question: Question,
    subject_ids: Sequence[UUID | None],
    catalogue: Catalogue,
    at: datetime,
    alone: bool = False,
) -> list[Answer]:
    least = figures.least_people(question.purpose, catalogue)
    if least is None:
        return _decide_states(question, subject_ids, catalogue, at, asking.outcome)
    answers = _decide_states(question, subject_ids, catalogue, at, asking.outcome_of_state)
    permitting = {answer.subject_id for answer in answers if answer.permitted}
    people = figures.ONE if alone else counted.distinct(permitting)
    # Because people of one state go on sharing one outcome.
    distinct = {id(answer.outcome): answer.outcome for answer in answers}
    held = {
        place: figures.held_to(outcome, least=least, people=people)
        for place, outcome in distinct.items()
    }
    return [answer._replace(outcome=held[id(answer.outcome)], over=people) for answer in answers]


def _decide_states(
    question: Question,
    subject_ids: Sequence[UUID | None],
    catalogue: Catalogue,
    at: datetime,
    outcome_of: Callable[[Question, bytes, Catalogue, datetime], Outcome],
) -> list[Answer]:
    known = [one for one in subject_ids if one is not None]
    rows = (
        raw_cursor()
        .execute(READ_STATES, (_listed(one.hex for one in known),), prepare=True, binary=True)
        .fetchall()
    )
    found: dict[UUID | None, Answer] = {}
    outcomes: dict[bytes, Outcome] = {}
    lapsed = []
    for subject_id, epoch, shape, until in rows:
        if until is not None and until <= at:
            lapsed.append(subject_id)
            continue
        outcome = outcomes.get(shape)
        if outcome is None:
            outcome = outcomes[shape] = outcome_of(question, shape, catalogue, at)
        found[subject_id] = Answer(subject_id, outcome, epoch, until, shape)
    if lapsed:
        found |= _decide_lapsed(question, lapsed, catalogue, at)
    if len(found) < len(subject_ids):
        nobody = outcome_of(question, b"", catalogue, at)
        for subject_id in subject_ids:
            if subject_id not in found:
                found[subject_id] = Answer(subject_id, nobody, None, None, None)
    return [found[subject_id] for subject_id in subject_ids]


def _decide_lapsed(
    question: Question, people: Sequence[UUID], catalogue: Catalogue, at: datetime
) -> dict[UUID | None, Answer]:
    """People whose stored state has run out, compiled from what they said; it stays as it is.

    Only the shape is kept, because the entry names it and is decided again one day.
    """
    found: dict[UUID | None, Answer] = {}
    anew = population.compiled_anew(people, at=at)
    shapes.keep(compiled for _, _, compiled in anew)
    for subject_id, epoch, compiled in anew:
        outcome = rulings.outcome(
            question=question, catalogue=catalogue, content=compiled.content, at=at
        )
        found[subject_id] = Answer(subject_id, outcome, epoch, compiled.until, compiled.digest)
    return found


def _unavailable(question: Question, subject_id: UUID | None, at: datetime) -> Answer:
    ruling = rulings.unavailable(question, at)
    found = Outcome(denial(ruling.reason_code), ruling.attributes, (), None)
    return Answer(subject_id, found, None, None, None)


def _log(
    question: Question, answers: list[Answer], catalogue: Catalogue, at: datetime
) -> list[Logged]:
    """Write the entry, or two of half the people where one has no room; raises _Moved."""
    try:
        batch = audit.prepare_batch(
            kind="decision.batch",
            at=at,
            facts=bulk_entries.question_facts(
                question, catalogue.version, at, over=answers[0].over if answers else None
            ),
            groups=_groups(answers, at),
        )
    except ValueError:
        if len(answers) < 2:
            raise
        middle = len(answers) // 2
        return _log(question, answers[:middle], catalogue, at) + _log(
            question, answers[middle:], catalogue, at
        )
    known = {answer.subject_id: answer.epoch for answer in answers if answer.epoch is not None}
    checked = (_listed(one.hex for one in known if one), _listed(map(str, known.values())))
    row = raw_cursor().execute(
        APPEND_IF_NONE_MOVED, (*checked, *batch, catalogue.version), prepare=True
    ).fetchone()  # fmt: skip
    if row is None or not row[0]:
        raise _Moved
    return [Logged(batch.id, answers)]


def _listed(parts: Iterable[str]) -> str:
    """An array of PostgreSQL as text, for a thousand members cheaper than a list of objects."""
    return "{" + ",".join(parts) + "}"


def _groups(answers: Collection[Answer], at: datetime) -> list[Group]:
    """People with the same answer, those of one state in one part of it."""
    tags = keys.subject_tags(
        [answer.subject_id for answer in answers if answer.subject_id and answer.epoch], at=at
    )
    # Because people of one state share one outcome, it is looked into once.
    alike: dict[int, tuple[Answer, list[bytes], list[int]]] = {}
    for answer in answers:
        found = alike.get(id(answer.outcome))
        if found is None:
            found = alike[id(answer.outcome)] = (answer, [], [])
        tag = tags.get(answer.subject_id) if answer.subject_id else None
        if tag is None:
            found[2].append(1)
        else:
            found[1].append(tag)
    groups: dict[tuple[object, ...], tuple[Outcome, list[Part]]] = {}
    for first, named, unnamed in alike.values():
        part = Part(first.shape or b"", named, sum(unnamed))
        groups.setdefault(_alike(first.outcome), (first.outcome, []))[1].append(part)
    return [_group(outcome, parts) for outcome, parts in groups.values()]


def _alike(outcome: Outcome) -> tuple[object, ...]:
    return (outcome.decision.permit, outcome.decision.reason_code, outcome.notice,
            tuple(sorted(_denied(outcome).items())))  # fmt: skip


def _denied(outcome: Outcome) -> dict[str, str]:
    return {
        code: answer.reason_code
        for code, answer in outcome.answers.items()
        if not answer.permit and answer.reason_code != outcome.decision.reason_code
    }


def _group(outcome: Outcome, parts: Sequence[Part]) -> Group:
    decision = outcome.decision
    facts: dict[str, Fact] = {"permitted": decision.permit, "reason": decision.reason_code}
    optional: dict[str, Fact] = {"denied": _denied(outcome), "notice": outcome.notice}
    facts |= {name: value for name, value in optional.items() if value}
    kind = "decision.permit" if decision.permit else "decision.deny"
    named = [tag for part in parts for tag in part.tags]
    return Group(kind, facts, named, sum(part.unnamed for part in parts), parts)
