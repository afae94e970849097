"""Who among everybody may be used for a purpose: decided once per shape, selected in SQL.

The same answer as asking about each person (`actions.asking.decide`), in the time of one look
at the table: people are many, distinct states of consent are hundreds.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import RawSQL

from consent import figures, rulings
from consent.bulk_entries import Share
from consent.catalogue import Catalogue
from consent.compiling import Compiled, PersonFacts, compile_state
from consent.queries import catalogue as catalogues
from consent.queries import groups, states
from consent.queries.states import raw_cursor
from consent.questions import Question

OURSELVES = "shop"
# How many people some records are: those that are joined are one.
SEVERAL = """
    (SELECT count(DISTINCT coalesce(p."group", p.id))
       FROM ({0}) m JOIN consent_subject p ON p.id = m.subject_id)
"""
# Because figures over fewer are figures of somebody, nobody is delivered then (`minimum_people`).
IF_ENOUGH = f"""
    SELECT these.subject_id FROM ({{0}}) these WHERE {SEVERAL} >= %s
"""  # noqa: S608
AT_ONCE = 1_000
IDS_AT_ONCE = 1_000_000
ID_BYTES = 16
NOBODY = UUID(int=0)
# One pass over the table: how many people have which state, and whose state is out of date.
COUNT_SHAPES = """
    SELECT s.shape, count(*), array_agg(s.subject_id) FILTER (WHERE s.until <= %(at)s)
      FROM consent_consentstate s GROUP BY s.shape
"""
CURRENT = """
    SELECT s.subject_id
      FROM consent_consentstate s
     WHERE s.shape = ANY (%s::bytea[]) AND (s.until IS NULL OR s.until > %s)
       AND (SELECT version FROM consent_catalogueversion) = %s
"""
SINGLY = """
     UNION ALL
    SELECT s.subject_id
      FROM consent_consentstate s
      JOIN unnest(%s::uuid[], %s::bigint[]) AS one (subject_id, epoch)
        ON one.subject_id = s.subject_id AND one.epoch = s.epoch
     WHERE (SELECT version FROM consent_catalogueversion) = %s
"""
ALL_IDS = "SELECT string_agg(uuid_send(p.subject_id), ''), count(*) FROM ({}) p"
SOME_IDS = """
    SELECT string_agg(uuid_send(p.subject_id), '' ORDER BY p.subject_id), count(*)
      FROM (SELECT m.subject_id FROM ({}) m
             WHERE m.subject_id > %s ORDER BY m.subject_id LIMIT %s) p
"""
LAPSED = """
    SELECT s.subject_id, s.epoch, p.group, p.status, p.jurisdictions, p.birth_month
      FROM consent_consentstate s JOIN consent_subject p ON p.id = s.subject_id
     WHERE s.subject_id = ANY (%s::uuid[])
"""


class _Counted(NamedTuple):
    shape: bytes
    people: int
    lapsed: list[UUID]


class _Single(NamedTuple):
    subject_id: UUID
    epoch: int
    compiled: Compiled
    permits: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """The people who permit all of `question`, as SQL that gives one column, `subject_id`.

    `sql` looks at the states as they are when it runs: who withdrew since has another shape and
    is left out, and after a change of the catalogue nobody is left (select anew). `singly` are
    people (with their epochs) whose stored state had lapsed and who were decided one by one.
    `count` is how many there were at `at`, `considered` of how many people. `shares` are all who
    were considered by their states, `anew` the states that had to be compiled for it.
    For a purpose of figures it takes `least` people, now and whenever `sql` runs, and `over` is
    how many there were; narrow it by nothing that they did not allow, or they may be fewer.
    """

    question: Question
    catalogue: int
    at: datetime
    valid_until: datetime | None
    shapes: tuple[bytes, ...]
    singly: tuple[tuple[UUID, int], ...]
    count: int
    considered: int
    shares: tuple[Share, ...]
    anew: tuple[Compiled, ...]
    least: int | None = None
    over: int | None = None

    @property
    def sql(self) -> str:
        """A SELECT with %s placeholders, to be put into brackets; `params` go with it."""
        found = CURRENT + SINGLY if self.singly else CURRENT
        return found if self.least is None else IF_ENOUGH.format(found)

    @property
    def params(self) -> tuple[Any, ...]:
        """The parameters of `sql`, in order."""
        found = self._params
        return found if self.least is None else (*found, *found, self.least)

    @property
    def _params(self) -> tuple[Any, ...]:
        current = (list(self.shapes), self.at, self.catalogue)
        if not self.singly:
            return current
        people, epochs = zip(*self.singly, strict=True)
        return (*current, list(people), list(epochs), self.catalogue)

    def among(self, field: str = "pk") -> Q:
        """A filter for a queryset whose `field` is the id of a subject."""
        # Because the text is ours and all that varies is a parameter.
        return Q(**{f"{field}__in": RawSQL(self.sql, self.params)})  # noqa: S611

    def ids(self) -> bytes:
        """All ids in one answer, ID_BYTES each, in no order: the fast way for some millions."""
        return _bytes(ALL_IDS.format(self.sql), self.params)[0]

    def after(self, last: UUID, *, limit: int) -> list[UUID]:
        """Up to `limit` ids that follow `last` in their order."""
        return list(split(_bytes(SOME_IDS.format(self.sql), (*self.params, last, limit))[0]))

    def pages(self, *, at_once: int = IDS_AT_ONCE) -> Iterator[bytes]:
        """The ids in their order, up to `at_once` in each answer: constant memory."""
        after, full = NOBODY, True
        while full:
            page, count = _bytes(SOME_IDS.format(self.sql), (*self.params, after, at_once))
            if page:
                yield page
                after = UUID(bytes=page[-ID_BYTES:])
            full = count == at_once

    def __iter__(self) -> Iterator[UUID]:
        """The ids one by one, in their order."""
        for page in self.pages():
            yield from split(page)


def split(ids: bytes) -> Iterator[UUID]:
    """The ids that `Selection.ids` and `pages` gave as bytes."""
    return (UUID(bytes=ids[at : at + ID_BYTES]) for at in range(0, len(ids), ID_BYTES))


def permitted(
    *,
    purpose: str,
    attributes: Sequence[str],
    at: datetime,
    channel: str | None = None,
    recipient: str = OURSELVES,
    jurisdictions: tuple[str, ...] = (),
    signal: bool = False,
) -> Selection:
    """Everybody who permits `recipient` all of `attributes` for `purpose` at `at` (now).

    Only a look: `actions.asking_bulk.ask_people` puts the question on record and is what a use
    goes through.
    """
    question = Question(
        subject_id=None,
        purpose=purpose,
        attributes=tuple(attributes),
        recipient=recipient,
        channel=channel,
        jurisdictions=jurisdictions,
        signal=signal,
    )
    return select(question=question, at=at)


def select(*, question: Question, at: datetime) -> Selection:
    """The same for a question whose `subject_id` is left out."""
    catalogue = catalogues.catalogue()
    counted = _count(at)
    contents = states.shape_contents([row.shape for row in counted])
    permits = {row.shape: _permits(question, catalogue, contents[row.shape], at) for row in counted}
    current = [
        Share(row.shape, row.people - len(row.lapsed), permits[row.shape]) for row in counted
    ]
    lapsed = [person for row in counted for person in row.lapsed]
    singly = _decide_singly(question, catalogue, lapsed, at)
    selection = Selection(
        question=question,
        catalogue=catalogue.version,
        at=at,
        valid_until=catalogue.next_moment(at),
        shapes=tuple(sorted(row.shape for row in current if row.permits)),
        singly=tuple((one.subject_id, one.epoch) for one in singly if one.permits),
        count=sum(row.people for row in current if row.permits)
        + sum(one.permits for one in singly),
        considered=sum(row.people for row in counted),
        shares=tuple(row for row in current if row.people) + _shares(singly),
        anew=tuple({one.compiled.digest: one.compiled for one in singly}.values()),
        least=figures.least_people(question.purpose, catalogue),
    )
    return selection if selection.least is None else _if_enough(selection, selection.least)


def _if_enough(selection: Selection, least: int) -> Selection:
    """The selection of a purpose of figures, or of nobody where they are too few."""
    every = replace(selection, least=None)
    row = raw_cursor().execute(f"SELECT {SEVERAL.format(every.sql)}", every.params).fetchone()
    over = int(row[0]) if row else 0
    if over >= least:
        return replace(selection, over=over)
    shares = tuple(row._replace(permits=False) for row in selection.shares)
    return replace(selection, shapes=(), singly=(), count=0, shares=shares, over=over)


def _count(at: datetime) -> list[_Counted]:
    rows = raw_cursor().execute(COUNT_SHAPES, {"at": at}).fetchall()
    return [_Counted(bytes(shape), people, lapsed or []) for shape, people, lapsed in rows]


def _permits(
    question: Question, catalogue: Catalogue, content: dict[str, Any], at: datetime
) -> bool:
    found = rulings.outcome(question=question, catalogue=catalogue, content=content, at=at)
    return found.decision.permit


def _decide_singly(
    question: Question, catalogue: Catalogue, people: Sequence[UUID], at: datetime
) -> list[_Single]:
    """Each whose state is compiled anew from what they said; nothing is written."""
    decided: dict[bytes, bool] = {}
    found = []
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        # Because the epochs are read first, whoever says something meanwhile has another one.
        for subject_id, epoch, compiled in compiled_anew(some, at=at):
            shape = compiled.digest
            if shape not in decided:
                decided[shape] = _permits(question, catalogue, compiled.content, at)
            found.append(_Single(subject_id, epoch, compiled, decided[shape]))
    return found


def _shares(singly: Sequence[_Single]) -> tuple[Share, ...]:
    counted = Counter((one.compiled.digest, one.permits) for one in singly)
    return tuple(Share(shape, count, permits) for (shape, permits), count in counted.items())


def compiled_anew(people: Sequence[UUID], *, at: datetime) -> list[tuple[UUID, int, Compiled]]:
    """The states of people whose stored ones have lapsed, with their epochs; writes nothing.

    They hold while the epoch is the one that is given with them.
    """
    rows = raw_cursor().execute(LAPSED, (list(people),)).fetchall()
    facts = states.event_facts_of(people)
    joined = groups.group_of(groups.member_ids({row[2] for row in rows if row[2] is not None}))
    found = []
    for subject_id, epoch, group, status, jurisdictions, birth_month in rows:
        if group is not None:
            compiled = joined.compiled(subject_id, at=at)
        else:
            person = PersonFacts(status, tuple(jurisdictions), birth_month)
            compiled = compile_state(person=person, events=facts.get(subject_id, ()), at=at)
        found.append((subject_id, epoch, compiled))
    return found


def _bytes(statement: str, params: tuple[Any, ...]) -> tuple[bytes, int]:
    row = raw_cursor().execute(statement, params, binary=True).fetchone()
    return (row[0] or b"", row[1]) if row else (b"", 0)
