"""Where an answer has arrived, in words: how many have it, since when, and who has not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consent.acts import RESTRICTIVE
from consent.consuming import GATE
from consent.queries import names, propagation
from consent.queries.propagation import Stop, Ticket
from consent.queries.uses import Standing
from portal import times

# Because a line about yesterday's press says nothing new, unless somebody still owes an answer.
SHOWN_FOR = timedelta(days=1)
OWED_FOR = timedelta(days=30)
OWN_STOPS: dict[str, Promise] = {
    GATE: _("every question about your data"),
    "queue": _("work that was waiting"),
    "recommender": _("the suggestions"),
}


@dataclass(frozen=True, slots=True)
class StopWords:
    """One place a change goes to: its name, what holds there, the tone of its mark."""

    name: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """The line under an answer; `missing` says who has not confirmed, one sentence each."""

    line: str
    missing: tuple[str, ...]
    stops: tuple[StopWords, ...]
    is_moving: bool


def of_uses(standing: Standing, *, at: datetime) -> Mapping[str, Arrival]:
    """The lines for the answers of the uses page, by purpose; only where there is news."""
    said = {
        use.answer.event: use
        for use in standing.uses
        if use.answer is not None and use.answer.at > at - OWED_FOR
    }
    found = propagation.tickets(said, at=at)
    return {
        use.code: of_ticket(found[event], restricts=use.answer.state in RESTRICTIVE)
        for event, use in said.items()
        if event in found and use.answer is not None and _is_news(found[event], at)
    }


def of_event(event: UUID, *, state: str, at: datetime) -> Arrival | None:
    """The line for one receipt; None where nothing had to be told."""
    ticket = propagation.ticket(event, at=at)
    return None if ticket is None else of_ticket(ticket, restricts=state in RESTRICTIVE)


def of_ticket(ticket: Ticket, *, restricts: bool) -> Arrival:
    """A ticket in words."""
    return Arrival(
        line=_line(ticket, restricts),
        missing=tuple(_missing(stop) for stop in ticket.missing),
        stops=tuple(_stop(stop) for stop in ticket.stops),
        is_moving=any(stop.state in {"waiting", "late"} for stop in ticket.stops),
    )


def _is_news(ticket: Ticket, at: datetime) -> bool:
    return not ticket.is_closed or ticket.since > at - SHOWN_FOR


def _line(ticket: Ticket, restricts: bool) -> str:
    facts = {
        "saved": times.clock_words(ticket.since),
        "arrived": ticket.arrived,
        "of": len(ticket.stops),
        "last": times.clock_words(ticket.last_at or ticket.since),
    }
    if restricts and ticket.is_closed:
        return (
            gettext("Saved %(saved)s. Stopped in %(arrived)d of %(of)d, last at %(last)s.") % facts
        )
    if restricts:
        return gettext("Saved %(saved)s. Stopped in %(arrived)d of %(of)d so far.") % facts
    if ticket.is_closed:
        return gettext("Saved %(saved)s. Known in %(arrived)d of %(of)d, last at %(last)s.") % facts
    return gettext("Saved %(saved)s. Known in %(arrived)d of %(of)d so far.") % facts


def _missing(stop: Stop) -> str:
    facts = {
        "name": _name(stop),
        "until": times.minute_words(stop.until) if stop.until else "",
    }
    if stop.state == "bounded":
        return gettext(
            "%(name)s has not confirmed. What it was given before ended at %(until)s. We keep "
            "trying, and our privacy office knows."
        ) % facts  # fmt: skip
    if stop.partner is not None:
        return gettext(
            "%(name)s has not confirmed yet. It may use this until %(until)s at the latest."
        ) % facts  # fmt: skip
    return gettext("Not confirmed yet: %(name)s.") % facts


def _stop(stop: Stop) -> StopWords:
    if stop.arrived_at is not None:
        since = {"clock": times.clock_words(stop.arrived_at)}
        return StopWords(_name(stop), gettext("since %(clock)s") % since, "done")
    return StopWords(_name(stop), gettext("not confirmed yet"), "waiting")


def _name(stop: Stop) -> str:
    if stop.partner is not None:
        return names.names().recipient(stop.partner)
    return str(OWN_STOPS.get(stop.consumer, stop.consumer))
