"""What held for a person at a moment, as it was known at another (bitemporal).

Only what was said by `valid_at` and had reached us by `known_at` counts, under the catalogue
and the law of `valid_at`. Intervals are half-open: what begins at a moment holds at it. Where
somebody lives and how old they are is kept once, so it is as now; so is an erasure, which
takes its own past along.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from consent import rulings
from consent.catalogue import Catalogue
from consent.compiling import compile_state
from consent.folding import EventFact
from consent.merging import Link, Member, compile_joined
from consent.models import Change, ConsentEvent, Subject, SubjectLink
from consent.queries import editions, names, states
from consent.questions import Question

OURSELVES = "shop"


@dataclass(frozen=True, slots=True)
class Moment:
    """Two times: what is asked about, and what was known by then."""

    valid_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """The state of one person at a moment; `content` is None before the person was known.

    `epoch` counts the changes known by then. `exact`: the catalogue of that time was kept.
    """

    content: Mapping[str, Any] | None
    epoch: int
    catalogue: Catalogue
    exact: bool


@dataclass(frozen=True, slots=True)
class PastUse:
    """One purpose at that moment: how much was allowed to us (all, part, nothing) and why.

    `said` is the last answer about the whole purpose by then, None where nothing was said.
    """

    code: str
    name: str
    allowed: str
    reason: str
    said: str | None
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class PastStanding:
    """All purposes of one person at a moment, and what held for the person as a whole."""

    uses: tuple[PastUse, ...]
    known: bool
    restricted: bool
    signal: bool
    erasing: bool
    exact: bool


def events_by(subject_id: UUID, moment: Moment) -> QuerySet[ConsentEvent]:
    """What was said by `valid_at` and known by `known_at`."""
    return _events([subject_id], moment)


def _events(subject_ids: Collection[UUID], moment: Moment) -> QuerySet[ConsentEvent]:
    return ConsentEvent.objects.filter(
        subject_id__in=subject_ids,
        valid_from__lte=moment.valid_at,
        recorded_at__lte=moment.known_at,
    ).select_related("purpose", "notice")


def past(subject_id: UUID | None, moment: Moment) -> Past:
    """The state of a person then; of nobody we knew, where there was none."""
    catalogue = editions.as_of(min(moment.valid_at, moment.known_at))
    subject = _known(subject_id, moment) if subject_id is not None else None
    if subject is None:
        return Past(None, 0, catalogue.catalogue, catalogue.exact)
    content = _content(subject, moment)
    counted = Change.objects.filter(subject_id=subject.pk, at__lte=moment.known_at)
    epoch = counted.aggregate(last=Max("epoch"))["last"] or 0
    return Past(content, epoch, catalogue.catalogue, catalogue.exact)


def _known(subject_id: UUID, moment: Moment) -> Subject | None:
    return Subject.objects.filter(pk=subject_id, created_at__lte=moment.known_at).first()


def _content(subject: Subject, moment: Moment) -> dict[str, Any]:
    """What followed then from all that was said, for the records that were joined then too."""
    return _contents([subject], moment)[subject.pk]


def known_after(last: UUID, moment: Moment, *, limit: int) -> dict[UUID, dict[str, Any]]:
    """The states of up to `limit` people known then, who follow `last` in the order of ids."""
    people = Subject.objects.filter(pk__gt=last, created_at__lte=moment.known_at)
    return _contents(list(people.order_by("pk")[:limit]), moment)


def _contents(subjects: Collection[Subject], moment: Moment) -> dict[UUID, dict[str, Any]]:
    people = {subject.pk: subject for subject in subjects}
    links = _links(people.keys(), moment)
    joined = _ends(people.keys(), links)
    said: dict[UUID, list[EventFact]] = {one: [] for one in joined}
    for event in _events(joined, moment):
        said[event.subject_id].append(states.event_fact(event))
    beside = Subject.objects.filter(pk__in=joined - people.keys()) if links else []
    members = {
        one.pk: Member(one.pk, states.person_facts(one), said[one.pk])
        for one in (*people.values(), *beside)
    }
    linked = {end for link in links for end in (link.one, link.other)}
    compiled = {
        one: compile_joined(member=one, members=members, links=links, at=moment.valid_at)
        if one in linked
        else compile_state(person=members[one].person, events=said[one], at=moment.valid_at)
        for one in people
    }
    return {one: state.content for one, state in compiled.items()}


def joined_by(subject_id: UUID, moment: Moment) -> set[UUID]:
    """This record and those that were joined to it then."""
    return _ends([subject_id], _links([subject_id], moment))


def _ends(subject_ids: Iterable[UUID], links: tuple[Link, ...]) -> set[UUID]:
    return {*subject_ids, *(link.one for link in links), *(link.other for link in links)}


def _links(subject_ids: Iterable[UUID], moment: Moment) -> tuple[Link, ...]:
    """The links that stood then, from record to record until no other is reached."""
    found: dict[UUID, Link] = {}
    reached = set(subject_ids)
    ahead = set(reached)
    earliest = min(moment.valid_at, moment.known_at)
    standing = SubjectLink.objects.filter(joined_at__lte=earliest).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=earliest)
    )
    while ahead:
        rows = list(standing.filter(Q(one__in=ahead) | Q(other__in=ahead)))
        found |= {row.pk: Link(row.one_id, row.other_id, row.joined_at) for row in rows}
        ends = {end for row in rows for end in (row.one_id, row.other_id)}
        ahead = ends - reached
        reached |= ends
    return tuple(sorted(found.values(), key=lambda link: link.at))


def standing(*, subject_id: UUID, moment: Moment, language: str) -> PastStanding:
    """What we ourselves were allowed then, per purpose, and why: for people to read."""
    found = past(subject_id, moment)
    said = _answers(subject_id, moment)
    called = names.names()
    uses = [
        _use(code, found, called.purpose(code, language), said.get(code), moment)
        for code in sorted(found.catalogue.purposes)
    ]
    content = found.content or {}
    return PastStanding(
        uses=tuple(uses),
        known=found.content is not None,
        restricted=bool(content.get("restricted")),
        signal=bool(content.get("gpc")),
        erasing=content.get("erasure", "none") != "none",
        exact=found.exact,
    )


def _use(
    code: str, found: Past, name: str, said: tuple[str, datetime] | None, moment: Moment
) -> PastUse:
    codes = tuple(sorted(found.catalogue.purposes[code].attributes))
    outcome = rulings.outcome(
        question=Question(subject_id=None, purpose=code, attributes=codes, recipient=OURSELVES),
        catalogue=found.catalogue,
        content=found.content,
        at=moment.valid_at,
    )
    permitted = [answer for answer in outcome.answers.values() if answer.permit]
    allowed = "all" if outcome.decision.permit else "part" if outcome.covered else "nothing"
    decision = permitted[0] if outcome.covered and permitted else outcome.decision
    return PastUse(
        code=code,
        name=name,
        allowed=allowed,
        reason=decision.reason_code,
        said=said[0] if said else None,
        said_at=said[1] if said else None,
    )


def _answers(subject_id: UUID, moment: Moment) -> dict[str, tuple[str, datetime]]:
    """The last answer per purpose that was about all of it."""
    found = {}
    for event in events_by(subject_id, moment).order_by("valid_from", "recorded_at", "id"):
        narrowed = event.attributes or event.channels or event.recipient_id
        if event.purpose is not None and not narrowed:
            found[event.purpose.name] = (event.state, event.valid_from)
    return found
