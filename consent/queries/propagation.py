"""Where a change has arrived, and how quickly each consumer applies changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Min, Q

from consent.consuming import PARTNER, partner_of
from consent.models import Change, ChangeArrival, ConsentEvent, RecipientGrant

LATE_AFTER = timedelta(seconds=60)
# Because permits, tokens and decisions that a partner holds end by then (consent.actions.asking).
HELD_AT_MOST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Stop:
    """One consumer of one change. `until`: what a partner still holds has ended by then.

    `state` is arrived, waiting, late (more than a minute), or bounded: it never said so, but
    nothing it was given before the change is valid any more.
    """

    consumer: str
    partner: str | None
    state: str
    arrived_at: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """One change on its way: closed when every stop has arrived."""

    event: UUID
    subject_id: UUID
    source: str | None
    epoch: int
    since: datetime
    stops: tuple[Stop, ...]

    @property
    def arrived(self) -> int:
        """At how many stops it has arrived."""
        return sum(stop.arrived_at is not None for stop in self.stops)

    @property
    def is_closed(self) -> bool:
        """Whether it has arrived everywhere."""
        return self.arrived == len(self.stops)

    @property
    def last_at(self) -> datetime | None:
        """The latest arrival so far."""
        return max((stop.arrived_at for stop in self.stops if stop.arrived_at), default=None)

    @property
    def missing(self) -> tuple[Stop, ...]:
        """Where it has not arrived."""
        return tuple(stop for stop in self.stops if stop.arrived_at is None)


@dataclass(frozen=True, slots=True)
class Score:
    """How one partner keeps up: tickets outstanding, the oldest, and delays of the last week."""

    partner: str
    purposes: int
    outstanding: int
    oldest: datetime | None
    applied: int
    slowest: timedelta | None
    last_at: datetime | None
    late: bool


def tickets(events: Iterable[UUID], *, at: datetime) -> Mapping[UUID, Ticket]:
    """The tickets of consent events, by event; events without one are left out."""
    changes = Change.objects.filter(consent_event__in=list(events)).prefetch_related("arrivals")
    found = {change.consent_event: change for change in changes if change.consent_event}
    said = ConsentEvent.objects.filter(pk__in=found).values_list("pk", "source_id")
    made = {event: _ticket(found[event], source, at) for event, source in said}
    return {event: ticket for event, ticket in made.items() if ticket.stops}


def ticket(event: UUID, *, at: datetime) -> Ticket | None:
    """The ticket of one consent event, None where there is none."""
    return tickets([event], at=at).get(event)


def _ticket(change: Change, source: str | None, at: datetime) -> Ticket:
    if change.consent_event is None:
        raise ValueError("A change of time alone has no ticket to show.")
    arrivals = sorted(change.arrivals.all(), key=lambda row: row.pk)
    return Ticket(
        event=change.consent_event,
        subject_id=change.subject_id,
        source=source,
        epoch=change.epoch,
        since=change.at,
        stops=tuple(_stop(arrival, change.at, at) for arrival in arrivals),
    )


def _stop(arrival: ChangeArrival, since: datetime, at: datetime) -> Stop:
    partner = partner_of(arrival.consumer)
    until = since + HELD_AT_MOST if partner is not None else None
    if arrival.arrived_at is not None:
        state = "arrived"
    elif until is not None and at >= until:
        state = "bounded"
    else:
        state = "late" if at - since > LATE_AFTER else "waiting"
    return Stop(
        consumer=arrival.consumer,
        partner=partner,
        state=state,
        arrived_at=arrival.arrived_at,
        until=until,
    )


def late(*, at: datetime) -> list[tuple[str, int, datetime]]:
    """Consumers that owe an answer for more than a minute: name, how many, the oldest since."""
    owed = ChangeArrival.objects.filter(
        arrived_at__isnull=True, change__at__lt=at - LATE_AFTER
    ).values("consumer")
    rows = owed.annotate(count=Count("id"), oldest=Min("change__at")).order_by("oldest")
    return [(row["consumer"], row["count"], row["oldest"]) for row in rows]


def scoreboard(*, at: datetime) -> list[Score]:
    """Every partner that is bound to a purpose, with how it keeps up; the worst first."""
    bound = dict(
        RecipientGrant.objects.values("recipient_id")
        .annotate(count=Count("id"))
        .values_list("recipient_id", "count")
    )
    kept = _kept_up(at)
    scores = [_score(code, count, kept.get(code, {}), at) for code, count in bound.items()]
    return sorted(scores, key=lambda score: (not score.late, score.oldest or at, score.partner))


def _kept_up(at: datetime) -> dict[str, Mapping[str, Any]]:
    delay = ExpressionWrapper(F("arrived_at") - F("change__at"), output_field=DurationField())
    open_, week = Q(arrived_at__isnull=True), Q(arrived_at__gte=at - timedelta(days=7))
    rows = (
        ChangeArrival.objects.filter(open_ | week, consumer__startswith=PARTNER)
        .values("consumer")
        .annotate(
            outstanding=Count("id", filter=open_),
            oldest=Min("change__at", filter=open_),
            applied=Count("id", filter=week),
            slowest=Max(delay, filter=week),
            last_at=Max("arrived_at"),
        )
    )
    return {row["consumer"].removeprefix(PARTNER): row for row in rows}


def _score(code: str, purposes: int, row: Mapping[str, Any], at: datetime) -> Score:
    oldest: datetime | None = row.get("oldest")
    return Score(
        partner=code,
        purposes=purposes,
        outstanding=row.get("outstanding", 0),
        oldest=oldest,
        applied=row.get("applied", 0),
        slowest=row.get("slowest"),
        last_at=row.get("last_at"),
        late=oldest is not None and at - oldest > LATE_AFTER,
    )
