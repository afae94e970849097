"""How partners and our own parts keep up with changes, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.consuming import partner_of
from consent.queries import names, propagation

OWN: dict[str, Promise] = {
    "queue": _("Queued work"),
    "recommender": _("The recommender"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One partner on the scoreboard; delays in whole seconds."""

    name: str
    purposes: int
    outstanding: int
    oldest: datetime | None
    applied: int
    slowest: int | None
    last_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class Late:
    """A consumer that owes an answer for more than a minute."""

    name: str
    count: int
    oldest: datetime
    is_partner: bool


def rows(*, at: datetime) -> list[Row]:
    """Every bound partner, those that owe an answer first."""
    called = names.names()
    return [
        Row(
            name=called.recipient(score.partner),
            purposes=score.purposes,
            outstanding=score.outstanding,
            oldest=score.oldest,
            applied=score.applied,
            slowest=_seconds(score.slowest),
            last_at=score.last_at,
            late=score.late,
        )
        for score in propagation.scoreboard(at=at)
    ]


def late(*, at: datetime) -> list[Late]:
    """All consumers that are late, the longest first."""
    called = names.names()
    found = []
    for consumer, count, oldest in propagation.late(at=at):
        partner = partner_of(consumer)
        name = called.recipient(partner) if partner else str(OWN.get(consumer, consumer))
        found.append(Late(name, count, oldest, partner is not None))
    return found


def own_late(*, at: datetime) -> list[Late]:
    """Our own parts that are late."""
    return [one for one in late(at=at) if not one.is_partner]


def _seconds(delay: timedelta | None) -> int | None:
    return None if delay is None else round(delay.total_seconds())
