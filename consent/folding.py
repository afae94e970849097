"""What people said, one event after the other: a pure fold of consent events into a standing.

The standing holds times and is one person's own; `consent.compiling` renders it into a shape
that many people share. At equal times the restrictive event counts last (law page, section 3).
A standing that has taken in an event can take in a later one without seeing the earlier ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from consent.vocabulary import GIVEN, OWN_NO, UNANSWERED

PERMISSIVE = frozenset(
    {
        "given", "renewed", "opted_in", "waiting", "confirmed", "unrestricted", "released",
        "signal_off", "unlimited", "resumed", "unknown",
    }
)  # fmt: skip
MARKETING_CLASSES = frozenset({"direct_marketing", "cross_context_ads"})
SALE_CLASSES = frozenset({"sale", "cross_context_ads"})
# Because only what people do themselves shows that they are still there (4 CCR 904-3, 7.08).
OWN_ACTORS = frozenset({"person", "guardian"})
# Stands for every channel where a person binds or limits us as a whole.
EVERYWHERE = "*"

Order = tuple[datetime, bool, datetime]


class EventFact(NamedTuple):
    """What the fold needs of one consent event; empty scopes mean all of the purpose.

    `id` and `confirms` tie a confirmation to the Yes that waited for it; `level`, `cap` (times,
    days) and `until` belong to the states that set a ceiling, a frequency and a stop.
    """

    state: str
    valid_from: datetime
    recorded_at: datetime
    purpose: str | None = None
    purpose_class: str = ""
    attributes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    recipient: str | None = None
    consent_types: tuple[str, ...] = ()
    notice: int | None = None
    expires_at: datetime | None = None
    actor: str = "person"
    id: UUID | None = None
    confirms: UUID | None = None
    level: int | None = None
    cap: tuple[int, int] | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What a shape needs of the subject row."""

    status: str
    jurisdictions: tuple[str, ...]
    birth_month: date | None = None


@dataclass(slots=True)
class Record:
    """One purpose while it is folded; a scope of None means everything.

    `pending` is the Yes that still has to be confirmed. `guardian_no`: a parent or guardian
    said No, which the child's own Yes does not lift.
    """

    status: str = "none"
    types: tuple[str, ...] = ()
    notice: int | None = None
    given_at: datetime | None = None
    expires_at: datetime | None = None
    attributes: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    recipients: frozenset[str] | None = None
    named_channels: frozenset[str] = frozenset()
    refused_attributes: frozenset[str] = frozenset()
    refused_channels: frozenset[str] = frozenset()
    refused_recipients: frozenset[str] = frozenset()
    pending: EventFact | None = None
    guardian_no: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A hard stop: bound until `until`, which nothing shortens; `open`: and on until lifted."""

    until: datetime | None
    open: bool

    def binds(self, at: datetime) -> bool:
        """Whether the stop is in force at `at`."""
        return self.open or (self.until is not None and at < self.until)


@dataclass(slots=True)
class Standing:
    """Everything said by one person: the latest time of each mark.

    `stops`, `levels` and `caps` are by channel, EVERYWHERE for all of them.
    """

    records: dict[str, Record] = field(default_factory=dict)
    objections: dict[str, datetime] = field(default_factory=dict)
    optouts: dict[str, datetime] = field(default_factory=dict)
    restricted_at: datetime | None = None
    hold: str = "no"
    erasure: str = "none"
    signal_at: datetime | None = None
    stops: dict[str, Stop] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    caps: dict[str, tuple[int, int]] = field(default_factory=dict)
    last_act_at: datetime | None = None


def order(event: EventFact) -> Order:
    """Where an event stands among the others: the fold takes them in this order."""
    return (event.valid_from, event.state not in PERMISSIVE, event.recorded_at)


def fold(events: Iterable[EventFact], *, at: datetime) -> Standing:
    """The standing at `at` of one person who said `events`, in any order of arrival."""
    standing = Standing()
    for event in sorted(events, key=order):
        if event.valid_from <= at:
            take_in(standing, event)
    return standing


def take_in(standing: Standing, event: EventFact) -> None:
    """Change `standing` by one event that stands behind all it has taken in (`order`)."""
    # Because a No must never make another, stale Yes look fresh.
    if event.actor in OWN_ACTORS and event.state in PERMISSIVE:
        standing.last_act_at = event.valid_from
    if event.purpose is not None and event.state in _OF_A_PURPOSE:
        _of_purpose(standing.records.setdefault(event.purpose, Record()), event)
    elif event.state == "objected":
        _object(standing, event)
    elif event.state == "opted_out":
        _opt_out(standing, event)
    elif event.state in {"stopped", "resumed", "level_set", "cap_set"}:
        _bind(standing, event)
    else:
        _set_mark(standing, event)


_OF_A_PURPOSE = frozenset(
    {
        "given", "renewed", "opted_in", "waiting", "confirmed", "refused", "withdrawn",
        "requested", "deferred", "unknown", "invalidated", "revoked",
    }
)  # fmt: skip


def _of_purpose(record: Record, event: EventFact) -> None:
    match event.state:
        case "given" | "opted_in" | "renewed":
            _give(record, event)
        case "waiting":
            record.pending = event
        case "confirmed":
            _confirm(record, event)
        case "refused" | "withdrawn":
            _deny(record, event)
        case _:
            _mark(record, event)


def _give(record: Record, event: EventFact) -> None:
    scope = frozenset(event.attributes) or None
    channels = frozenset(event.channels) or None
    recipients = frozenset({event.recipient}) if event.recipient else None
    # Because a channel that needs a Yes of its own is not opened by a Yes to all of them.
    record.named_channels |= frozenset(event.channels)
    if record.status in GIVEN:
        scope = _wider(record.attributes, scope)
        channels = _wider(record.channels, channels)
        recipients = _wider(record.recipients, recipients)
    record.attributes, record.channels, record.recipients = scope, channels, recipients
    # Because a No to one attribute is lifted only by a Yes that names it.
    record.refused_attributes -= frozenset(event.attributes)
    record.refused_channels -= frozenset(event.channels)
    if event.recipient:
        record.refused_recipients -= {event.recipient}
    types = event.consent_types or ("expressed",)
    if event.state == "opted_in" and "two_step" not in types:
        types = (*types, "two_step")
    record.status = "RenewedGiven" if event.state == "renewed" else "Given"
    record.types = tuple(sorted(set(types)))
    record.notice, record.given_at = event.notice, event.valid_from
    record.expires_at = event.expires_at
    record.pending = None
    if event.actor == "guardian":
        record.guardian_no = False


def _wider(old: frozenset[str] | None, new: frozenset[str] | None) -> frozenset[str] | None:
    return None if old is None or new is None else old | new


def _confirm(record: Record, event: EventFact) -> None:
    """A Yes that waited holds from its confirmation on; a No in between has undone it."""
    waited = record.pending
    if waited is None or waited.id is None or waited.id != event.confirms:
        return
    types = (*(waited.consent_types or ("expressed",)), "two_step")
    _give(
        record,
        waited._replace(
            state="given",
            consent_types=types,
            valid_from=event.valid_from,
            expires_at=event.expires_at,
        ),
    )


def _deny(record: Record, event: EventFact) -> None:
    record.pending = None
    if event.attributes:
        record.refused_attributes |= frozenset(event.attributes)
    if event.channels:
        record.refused_channels |= frozenset(event.channels)
        record.named_channels -= frozenset(event.channels)
    if event.recipient:
        record.refused_recipients |= {event.recipient}
    if event.attributes or event.channels or event.recipient:
        return
    record.status = "Refused" if event.state == "refused" else "Withdrawn"
    record.attributes = record.channels = record.recipients = None
    record.named_channels = frozenset()
    record.expires_at = None
    if event.actor == "guardian":
        record.guardian_no = True


def _mark(record: Record, event: EventFact) -> None:
    if event.state in {"invalidated", "revoked"}:
        record.pending = None
        # Because what others say of a consent never lifts the person's own No.
        if record.status not in OWN_NO:
            record.status = "Invalidated" if event.state == "invalidated" else "Revoked"
    elif record.status in UNANSWERED:
        names = {"requested": "Requested", "deferred": "RequestDeferred", "unknown": "Unknown"}
        record.status = names[event.state]


def _object(standing: Standing, event: EventFact) -> None:
    if event.purpose is None or event.purpose_class in MARKETING_CLASSES:
        standing.objections["direct_marketing"] = event.valid_from
    else:
        standing.objections[f"art21_1:{event.purpose}"] = event.valid_from


def _opt_out(standing: Standing, event: EventFact) -> None:
    if event.purpose is None or event.purpose_class in SALE_CLASSES:
        standing.optouts["sale_share"] = event.valid_from
    elif event.purpose_class == "significant_decision":
        standing.optouts["admt"] = standing.optouts["profiling"] = event.valid_from
    else:
        record = standing.records.setdefault(event.purpose, Record())
        _deny(record, event._replace(state="withdrawn"))


def _bind(standing: Standing, event: EventFact) -> None:
    for channel in event.channels or (EVERYWHERE,):
        if event.state == "stopped":
            _stop(standing, channel, event)
        elif event.state == "resumed":
            _resume(standing, channel, event.valid_from)
        elif event.state == "level_set" and event.level is not None:
            standing.levels[channel] = event.level
        elif event.state == "cap_set":
            standing.caps.pop(channel, None)
            if event.cap is not None:
                standing.caps[channel] = event.cap


def _stop(standing: Standing, channel: str, event: EventFact) -> None:
    """A second stop can lengthen the first, never shorten it."""
    before = standing.stops.get(channel, Stop(None, False))
    ends = [end for end in (before.until, event.until) if end is not None]
    standing.stops[channel] = Stop(max(ends, default=None), before.open or event.until is None)


def _resume(standing: Standing, channel: str, at: datetime) -> None:
    """Lift what has no end of its own; what was bound until a day stays until then."""
    stop = standing.stops.pop(channel, None)
    if stop is not None and stop.until is not None and at < stop.until:
        standing.stops[channel] = Stop(stop.until, False)


def _set_mark(standing: Standing, event: EventFact) -> None:
    at = event.valid_from
    match event.state:
        case "limited":
            standing.optouts["limit_spi"] = at
        case "unlimited":
            standing.optouts.pop("limit_spi", None)
        case "restricted":
            standing.restricted_at = at
        case "unrestricted":
            standing.restricted_at = None
        case "held":
            # Because a second hold must not open what is kept for the first one alone.
            standing.hold = "hold_only" if standing.hold == "hold_only" else "yes"
        case "hold_only":
            standing.hold = "hold_only"
        case "released":
            standing.hold = "no"
        case "signal_on":
            standing.signal_at = at
        case "signal_off":
            standing.signal_at = None
        case "erasure_pending":
            standing.erasure = "pending"
        case "erasure_cancelled":
            standing.erasure = "none"
        case "erased":
            standing.erasure = "done"
