"""A standing as JSON and back: what is kept of a long history between two events.

`loads(dumps(standing)) == standing` for every standing (tested); times are ISO 8601 with offset.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from consent.folding import EventFact, Record, Standing, Stop

_SCOPES = ("attributes", "channels", "recipients")
_SETS = ("named_channels", "refused_attributes", "refused_channels", "refused_recipients")


def dumps(standing: Standing) -> dict[str, Any]:
    """The standing in words that JSON knows."""
    return {
        "records": {code: _record_out(record) for code, record in standing.records.items()},
        "objections": _moments_out(standing.objections),
        "optouts": _moments_out(standing.optouts),
        "restricted_at": _out(standing.restricted_at),
        "hold": standing.hold,
        "erasure": standing.erasure,
        "signal_at": _out(standing.signal_at),
        "stops": {
            channel: [_out(stop.until), stop.open] for channel, stop in standing.stops.items()
        },
        "levels": standing.levels,
        "caps": {channel: list(cap) for channel, cap in standing.caps.items()},
        "last_act_at": _out(standing.last_act_at),
    }


def loads(kept: dict[str, Any]) -> Standing:
    """The standing that `dumps` was given."""
    return Standing(
        records={code: _record_in(record) for code, record in kept["records"].items()},
        objections=_moments_in(kept["objections"]),
        optouts=_moments_in(kept["optouts"]),
        restricted_at=_in(kept["restricted_at"]),
        hold=kept["hold"],
        erasure=kept["erasure"],
        signal_at=_in(kept["signal_at"]),
        stops={channel: Stop(_in(until), is_open) for channel, (until, is_open) in
               kept["stops"].items()},
        levels=dict(kept["levels"]),
        caps={channel: (count, days) for channel, (count, days) in kept["caps"].items()},
        last_act_at=_in(kept["last_act_at"]),
    )  # fmt: skip


def _out(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _in(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _moments_out(moments: dict[str, datetime]) -> dict[str, str]:
    return {name: moment.isoformat() for name, moment in moments.items()}


def _moments_in(moments: dict[str, str]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(text) for name, text in moments.items()}


def _record_out(record: Record) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "status": record.status,
        "types": list(record.types),
        "notice": record.notice,
        "given_at": _out(record.given_at),
        "expires_at": _out(record.expires_at),
        "pending": _event_out(record.pending) if record.pending else None,
        "guardian_no": record.guardian_no,
    }
    for name in _SCOPES:
        scope = getattr(record, name)
        kept[name] = None if scope is None else sorted(scope)
    return kept | {name: sorted(getattr(record, name)) for name in _SETS}


def _record_in(kept: dict[str, Any]) -> Record:
    return Record(
        status=kept["status"],
        types=tuple(kept["types"]),
        notice=kept["notice"],
        given_at=_in(kept["given_at"]),
        expires_at=_in(kept["expires_at"]),
        attributes=_scope_in(kept["attributes"]),
        channels=_scope_in(kept["channels"]),
        recipients=_scope_in(kept["recipients"]),
        named_channels=frozenset(kept["named_channels"]),
        refused_attributes=frozenset(kept["refused_attributes"]),
        refused_channels=frozenset(kept["refused_channels"]),
        refused_recipients=frozenset(kept["refused_recipients"]),
        pending=_event_in(kept["pending"]) if kept["pending"] else None,
        guardian_no=kept["guardian_no"],
    )


def _scope_in(kept: list[str] | None) -> frozenset[str] | None:
    return None if kept is None else frozenset(kept)


_TIMES = ("valid_from", "recorded_at", "expires_at", "until")
_IDS = ("id", "confirms")
_LISTS = ("attributes", "channels", "consent_types")


def _event_out(event: EventFact) -> dict[str, Any]:
    kept = event._asdict()
    kept |= {name: _out(kept[name]) for name in _TIMES}
    return kept | {name: str(kept[name]) if kept[name] else None for name in _IDS}


def _event_in(kept: dict[str, Any]) -> EventFact:
    fields = dict(kept)
    fields |= {name: _in(kept[name]) for name in _TIMES}
    fields |= {name: UUID(kept[name]) if kept[name] else None for name in _IDS}
    fields |= {name: tuple(kept[name]) for name in _LISTS}
    fields["cap"] = tuple(kept["cap"]) if kept["cap"] else None
    return EventFact(**fields)
