"""From what was said to what holds now: a pure fold of consent events into a shape.

The shape holds no times and nothing that names a person, so that many people share one.
Times live in `until`: the first moment at which time alone would change the shape.
At equal times the restrictive event counts last (law page, section 3).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from consent.ages import birthday, years_old

ADULT = 18
REFRESH_AFTER_MONTHS = 24
PERMISSIVE = {"given", "opted_in", "unrestricted", "released", "signal_off", "unlimited"}
MARKETING_CLASSES = {"direct_marketing", "cross_context_ads"}
SALE_CLASSES = {"sale", "cross_context_ads"}


@dataclass(frozen=True, slots=True)
class EventFact:
    """What the fold needs of one consent event; empty scopes mean all of the purpose."""

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


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the fold needs of the subject row."""

    status: str
    jurisdictions: tuple[str, ...]
    birth_month: date | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A shape and the moment from which it must be compiled again (None: never)."""

    content: dict[str, Any]
    until: datetime | None

    @property
    def digest(self) -> bytes:
        return shape_digest(self.content)


@dataclass(slots=True)
class Record:
    """One purpose while it is folded; a scope of None means everything."""

    status: str = "none"
    types: tuple[str, ...] = ()
    notice: int | None = None
    given_at: datetime | None = None
    expires_at: datetime | None = None
    attributes: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    recipients: frozenset[str] | None = None
    refused_attributes: frozenset[str] = frozenset()
    refused_channels: frozenset[str] = frozenset()
    refused_recipients: frozenset[str] = frozenset()


@dataclass(slots=True)
class Standing:
    """Everything said by one person while it is folded: the latest time of each mark."""

    records: dict[str, Record] = field(default_factory=dict)
    objections: dict[str, datetime] = field(default_factory=dict)
    optouts: dict[str, datetime] = field(default_factory=dict)
    restricted_at: datetime | None = None
    hold: str = "no"
    erasure: str = "none"
    signal_at: datetime | None = None


def shape_digest(content: Mapping[str, Any]) -> bytes:
    """The first 16 bytes of SHA-256 over the canonical JSON of a shape."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).digest()[:16]


def compile_state(*, person: PersonFacts, events: Iterable[EventFact], at: datetime) -> Compiled:
    """Fold `events` (any order) into the shape that holds at `at`; total, deterministic."""
    standing = Standing()
    for event in sorted(events, key=_order):
        if event.valid_from <= at:
            _apply(standing, event)
    return _render(person, standing, at)


def _order(event: EventFact) -> tuple[datetime, bool, datetime]:
    return (event.valid_from, event.state not in PERMISSIVE, event.recorded_at)


def _apply(standing: Standing, event: EventFact) -> None:
    if event.state in {"given", "opted_in"}:
        _give(_record(standing, event), event)
    elif event.state in {"refused", "withdrawn"}:
        _deny(_record(standing, event), event)
    elif event.state in {"requested", "deferred", "invalidated"}:
        _mark(_record(standing, event), event)
    elif event.state == "objected":
        _object(standing, event)
    elif event.state == "opted_out":
        _opt_out(standing, event)
    else:
        _set_standing(standing, event)


def _record(standing: Standing, event: EventFact) -> Record:
    return standing.records.setdefault(event.purpose or "", Record())


def _give(record: Record, event: EventFact) -> None:
    scope = frozenset(event.attributes) or None
    channels = frozenset(event.channels) or None
    recipients = frozenset({event.recipient}) if event.recipient else None
    if record.status == "Given":
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
    record.status, record.types = "Given", tuple(sorted(types))
    record.notice, record.given_at = event.notice, event.valid_from
    record.expires_at = event.expires_at


def _wider(old: frozenset[str] | None, new: frozenset[str] | None) -> frozenset[str] | None:
    return None if old is None or new is None else old | new


def _deny(record: Record, event: EventFact) -> None:
    if event.attributes:
        record.refused_attributes |= frozenset(event.attributes)
    if event.channels:
        record.refused_channels |= frozenset(event.channels)
    if event.recipient:
        record.refused_recipients |= {event.recipient}
    if event.attributes or event.channels or event.recipient:
        return
    record.status = "Refused" if event.state == "refused" else "Withdrawn"
    record.attributes = record.channels = record.recipients = None
    record.expires_at = None


def _mark(record: Record, event: EventFact) -> None:
    if event.state == "invalidated":
        record.status = "Invalidated"
    elif record.status == "none":
        record.status = "Requested" if event.state == "requested" else "RequestDeferred"


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
        _deny(_record(standing, event), replace(event, state="withdrawn"))


def _set_standing(standing: Standing, event: EventFact) -> None:
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
            standing.hold = "yes"
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


def _render(person: PersonFacts, standing: Standing, at: datetime) -> Compiled:
    moments: list[datetime] = []
    purposes = {}
    for code, record in sorted(standing.records.items()):
        purposes[code] = _render_record(record, standing, at, moments)
    age = None
    if person.birth_month is not None:
        age = min(years_old(person.birth_month, at), ADULT)
        if age < ADULT:
            moments.append(birthday(person.birth_month, age + 1))
    content = {
        "v": 1,
        "status": person.status,
        "jurisdictions": sorted(person.jurisdictions),
        "age": age,
        "gpc": standing.signal_at is not None,
        "optouts": sorted(standing.optouts),
        "objections": sorted(standing.objections),
        "restricted": standing.restricted_at is not None,
        "hold": standing.hold,
        "erasure": standing.erasure,
        "purposes": purposes,
    }
    return Compiled(content=content, until=min(moments, default=None))


def _render_record(
    record: Record, standing: Standing, at: datetime, moments: list[datetime]
) -> dict[str, Any]:
    status, flags = record.status, _flags(record, standing)
    if status == "Given" and record.expires_at is not None:
        if record.expires_at <= at:
            status = "Expired"
        else:
            moments.append(record.expires_at)
    if status == "Given" and record.given_at is not None:
        refresh = months_after(record.given_at, REFRESH_AFTER_MONTHS)
        if refresh <= at:
            flags.append("refresh_due")
        else:
            moments.append(refresh)
    rendered: dict[str, Any] = {
        "status": status,
        "types": list(record.types),
        "notice": record.notice,
        "flags": sorted(flags),
    }
    scopes = {
        "attributes": record.attributes,
        "channels": record.channels,
        "recipients": record.recipients,
    }
    rendered |= {name: sorted(scope) for name, scope in scopes.items() if scope is not None}
    refusals = {
        "refused_attributes": record.refused_attributes,
        "refused_channels": record.refused_channels,
        "refused_recipients": record.refused_recipients,
    }
    rendered |= {name: sorted(refused) for name, refused in refusals.items() if refused}
    return rendered


def _flags(record: Record, standing: Standing) -> list[str]:
    if record.given_at is None:
        return []
    flags = []
    earlier = [*standing.objections.values(), *standing.optouts.values()]
    two_step_needed = [*standing.optouts.values()]
    if standing.signal_at is not None:
        earlier.append(standing.signal_at)
        two_step_needed.append(standing.signal_at)
    two_step = not two_step_needed or "two_step" in record.types
    if earlier and two_step and record.given_at > max(earlier):
        flags.append("optin_after_optout")
    if standing.restricted_at is not None and record.given_at > standing.restricted_at:
        flags.append("consent_after_restriction")
    return flags


def months_after(moment: datetime, months: int) -> datetime:
    """The same day `months` later, or the last day of a shorter month."""
    index = moment.month - 1 + months
    year, month = moment.year + index // 12, index % 12 + 1
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month)
