"""Joining identities: what holds for each of several records that are one person.

A join never widens consent. Each record keeps what was said for it; what restricts the others
reaches it at the moment of joining; what the joined person says from then on counts for all of
them. The result depends on the set of links alone, not on the order in which they were made,
and ending a link gives each record back its own answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from consent.ages import years_old
from consent.compiling import ADULT, Compiled, render
from consent.folding import (
    EVERYWHERE,
    EventFact,
    Order,
    PersonFacts,
    Record,
    Standing,
    Stop,
    fold,
    order,
    take_in,
)
from consent.levels import ceiling
from consent.vocabulary import OWN_NO

UNKNOWN_PLACE = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Member:
    """One record of a person: its own facts and all that was said for it."""

    id: UUID
    person: PersonFacts
    events: Sequence[EventFact]


class Link(NamedTuple):
    """Two records that are one person, since `at`."""

    one: UUID
    other: UUID
    at: datetime


class _Meeting(NamedTuple):
    """The moment at which a record learns what restricts another one."""

    at: datetime
    other: Standing


def connected_since(member: UUID, links: Iterable[Link]) -> dict[UUID, datetime]:
    """Everyone joined with `member`, directly or through others, and from when on."""
    groups: dict[UUID, set[UUID]] = {}
    since: dict[UUID, datetime] = {}
    for link in sorted(links, key=lambda found: found.at):
        one = groups.setdefault(link.one, {link.one})
        other = groups.setdefault(link.other, {link.other})
        if one is other:
            continue
        for mine, theirs in ((one, other), (other, one)):
            if member in mine:
                since |= dict.fromkeys(theirs, link.at)
        one |= other
        for joined in other:
            groups[joined] = one
    return since


def compile_joined(
    *, member: UUID, members: Mapping[UUID, Member], links: Iterable[Link], at: datetime
) -> Compiled:
    """The shape of one record at `at`, with all that its joined records bring along."""
    me = members[member]
    since = {
        other: moment
        for other, moment in connected_since(member, links).items()
        if other in members and moment <= at
    }
    others = [members[other] for other in since]
    return render(
        person=joined_facts(me.person, [other.person for other in others], at=at),
        standing=joined_standing(me, {members[other].id: since[other] for other in since}, members,
                                 at=at),
        at=at,
    )  # fmt: skip


def joined_facts(own: PersonFacts, others: Sequence[PersonFacts], *, at: datetime) -> PersonFacts:
    """The facts of a record beside its joined ones: every known place counts, and a doubt
    about who is of age stops everything until somebody has cleared it up.
    """
    if not others:
        return own
    places = set(own.jurisdictions or (UNKNOWN_PLACE,))
    places.update(place for other in others for place in other.jurisdictions)
    status = own.status
    if status in {"known", "pseudonymous"}:
        status = "merged_conflict" if _ages_conflict([own, *others], at) else "merged_ok"
    return replace(own, status=status, jurisdictions=tuple(sorted(places)))


def _ages_conflict(people: Sequence[PersonFacts], at: datetime) -> bool:
    births = {person.birth_month for person in people}
    ages = [years_old(birth, at) for birth in births if birth is not None]
    return len(births) > 1 and any(age < ADULT for age in ages)


def joined_standing(
    me: Member,
    since: Mapping[UUID, datetime],
    members: Mapping[UUID, Member],
    *,
    at: datetime,
) -> Standing:
    """What was said for `me`, met by what restricted the others when they were joined."""
    timeline: list[tuple[Order, EventFact | _Meeting]] = [
        (order(event), event) for event in me.events
    ]
    for other, moment in since.items():
        before = [event for event in members[other].events if event.valid_from < moment]
        meeting = _Meeting(moment, fold(before, at=moment))
        timeline.append(((moment, True, moment), meeting))
        timeline += [
            (order(event), event) for event in members[other].events if event.valid_from >= moment
        ]
    standing = Standing()
    for (moment, _, _), item in sorted(timeline, key=lambda entry: entry[0]):
        if moment > at:
            break
        if isinstance(item, _Meeting):
            _meet(standing, item)
        else:
            take_in(standing, item)
    return standing


def _meet(standing: Standing, meeting: _Meeting) -> None:
    other = meeting.other
    levels = {
        channel: min(ceiling(standing.levels, channel), ceiling(other.levels, channel))
        for channel in {*standing.levels, *other.levels}
    }
    if levels:
        everywhere = min(ceiling(standing.levels, EVERYWHERE), ceiling(other.levels, EVERYWHERE))
        levels[EVERYWHERE] = everywhere
    for channel, (times, days) in other.caps.items():
        own_times, own_days = standing.caps.get(channel, (times, days))
        standing.caps[channel] = (min(times, own_times), max(days, own_days))
    for said in restrictions(other, at=meeting.at):
        take_in(standing, said)
    standing.levels = levels


def restrictions(standing: Standing, *, at: datetime) -> list[EventFact]:
    """What restricts in a standing, as if it were said at `at`; nothing of what permits."""
    said = [_mark("objected", at, about) for about in map(_objected, standing.objections)]
    said += [_opted_out(name, at) for name in standing.optouts]
    if standing.signal_at is not None:
        said.append(_mark("signal_on", at))
    if standing.restricted_at is not None:
        said.append(_mark("restricted", at))
    for channel, stop in standing.stops.items():
        said += _stopped(channel, stop, at)
    for purpose, record in standing.records.items():
        said += _refused(purpose, record, at)
    return said


def _mark(state: str, at: datetime, purpose: str | None = None) -> EventFact:
    # Because what another record brings along is no sign of life of this one.
    return EventFact(state=state, valid_from=at, recorded_at=at, purpose=purpose, actor="join")


def _objected(name: str) -> str | None:
    return name.partition(":")[2] or None


def _opted_out(name: str, at: datetime) -> EventFact:
    if name == "limit_spi":
        return _mark("limited", at)
    if name == "sale_share":
        return _mark("opted_out", at)
    return _mark("opted_out", at, name)._replace(purpose_class="significant_decision")


def _stopped(channel: str, stop: Stop, at: datetime) -> list[EventFact]:
    channels = () if channel == EVERYWHERE else (channel,)
    ends = [stop.until] if stop.until is not None and stop.until > at else []
    stopped = _mark("stopped", at)._replace(channels=channels)
    return [stopped._replace(until=end) for end in [*ends, *([None] if stop.open else [])]]


def _refused(purpose: str, record: Record, at: datetime) -> list[EventFact]:
    no = _mark("withdrawn", at, purpose)
    said = []
    if record.status in OWN_NO:
        state = "refused" if record.status == "Refused" else "withdrawn"
        said.append(no._replace(state=state))
    if record.guardian_no:
        said.append(no._replace(state="refused", actor="guardian"))
    if record.refused_attributes:
        said.append(no._replace(attributes=tuple(sorted(record.refused_attributes))))
    if record.refused_channels:
        said.append(no._replace(channels=tuple(sorted(record.refused_channels))))
    said += [no._replace(recipient=code) for code in sorted(record.refused_recipients)]
    return said
