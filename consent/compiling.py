"""From a person's standing to a shape: what holds now, without a time and without a name.

Many people share a shape. Times live in `until`: the first moment at which time alone would
change the shape.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from consent.ages import birthday, years_old
from consent.folding import EventFact, PersonFacts, Record, Standing, fold
from consent.vocabulary import GIVEN, OWN_NO

__all__ = ["Compiled", "EventFact", "PersonFacts", "compile_state", "months_after", "render"]

ADULT = 18
REFRESH_AFTER_MONTHS = 24
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
_SCOPES = ("attributes", "channels", "recipients")
_REFUSALS = ("refused_attributes", "refused_channels", "refused_recipients")


@dataclass(frozen=True)
class Compiled:
    """A shape and the moment from which it must be compiled again (None: never)."""

    content: dict[str, Any]
    until: datetime | None

    @cached_property
    def digest(self) -> bytes:
        return shape_digest(self.content)


def shape_digest(content: Mapping[str, Any]) -> bytes:
    """The first 16 bytes of SHA-256 over the canonical JSON of a shape."""
    return hashlib.sha256(_CANONICAL.encode(content).encode()).digest()[:16]


def compile_state(*, person: PersonFacts, events: Iterable[EventFact], at: datetime) -> Compiled:
    """Fold `events` (any order) into the shape that holds at `at`; total, deterministic."""
    return render(person=person, standing=fold(events, at=at), at=at)


def render(*, person: PersonFacts, standing: Standing, at: datetime) -> Compiled:
    """The shape of a standing at `at`."""
    moments: list[datetime] = []
    age = _age(person, at, moments)
    content: dict[str, Any] = {
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
        "purposes": {
            code: _render_record(record, standing, age, at, moments)
            for code, record in sorted(standing.records.items())
        },
    }
    bounds = {
        "stops": _stops(standing, at, moments),
        "levels": dict(sorted(standing.levels.items())),
        "caps": {channel: list(cap) for channel, cap in sorted(standing.caps.items())},
    }
    content |= {name: bound for name, bound in bounds.items() if bound}
    return Compiled(content=content, until=min(moments, default=None))


def _age(person: PersonFacts, at: datetime, moments: list[datetime]) -> int | None:
    if person.birth_month is None:
        return None
    age = min(years_old(person.birth_month, at), ADULT)
    if age < ADULT:
        moments.append(birthday(person.birth_month, age + 1))
    return age


def _stops(standing: Standing, at: datetime, moments: list[datetime]) -> list[str]:
    binding = [channel for channel, stop in standing.stops.items() if stop.binds(at)]
    ends = (standing.stops[channel] for channel in binding)
    moments.extend(stop.until for stop in ends if not stop.open and stop.until is not None)
    return sorted(binding)


def _render_record(
    record: Record, standing: Standing, age: int | None, at: datetime, moments: list[datetime]
) -> dict[str, Any]:
    status, flags = _status(record, age, at, moments), _flags(record, standing)
    if status == "Requested" and record.pending is not None:
        flags.append("waiting_for_confirmation")
    if status == "Refused" and record.guardian_no:
        flags.append("parent_said_no")
    if status in GIVEN and _refresh_is_due(record, standing, at, moments):
        flags.append("refresh_due")
    rendered: dict[str, Any] = {
        "status": status,
        "types": list(record.types),
        "notice": record.notice,
        "flags": sorted(flags),
    }
    for name in _SCOPES:
        scope = getattr(record, name)
        if scope is not None:
            rendered[name] = sorted(scope)
    if record.channels is None and record.named_channels:
        rendered["named_channels"] = sorted(record.named_channels)
    for name in _REFUSALS:
        refused = getattr(record, name)
        if refused:
            rendered[name] = sorted(refused)
    return rendered


def _status(record: Record, age: int | None, at: datetime, moments: list[datetime]) -> str:
    status = record.status
    if record.guardian_no and (age is None or age < ADULT) and status not in OWN_NO:
        # Because a child's own Yes does not lift the No of a parent (GDPR 8).
        return "Refused"
    if status in GIVEN:
        if "parental" in record.types and age == ADULT:
            # Because a parent's Yes ends where the child can speak for themselves.
            return "Expired"
        if record.expires_at is not None:
            if record.expires_at <= at:
                return "Expired"
            moments.append(record.expires_at)
    elif record.pending is not None and status not in OWN_NO:
        return "Requested"
    return status


def _refresh_is_due(
    record: Record, standing: Standing, at: datetime, moments: list[datetime]
) -> bool:
    """Whether two years went by in silence (4 CCR 904-3, Rule 7.08)."""
    heard = [moment for moment in (record.given_at, standing.last_act_at) if moment is not None]
    if not heard:
        return False
    due = months_after(max(heard), REFRESH_AFTER_MONTHS)
    if due > at:
        moments.append(due)
    return due <= at


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
