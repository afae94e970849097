"""The bytes of an event: canonical JSON (RFC 8785), stored exactly as hashed.

`{"at":MICROSECONDS,"facts":{...},"id":"UUID","kind":"...","tag":"HEX" or null,"v":1}`, times as
whole microseconds since 1970, no floats, keys of printable ASCII. Facts hold names, codes and
counts, never values of a person.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

LARGEST_BODY = 16_384

Fact = str | int | bool | None | list[Any] | dict[str, Any]

_KIND = re.compile(r"[a-z][a-z_-]*(\.[a-z][a-z_-]*)*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST_INTEGER = 2**53 - 1
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


@dataclass(frozen=True, slots=True)
class Content:
    """What a body says; `tag` is 16 bytes that stand for a person in a month, or None."""

    id: UUID
    at: datetime
    kind: str
    tag: bytes | None
    facts: dict[str, Any]


def encode(
    event_id: UUID, kind: str, at: datetime, tag: bytes | None, facts: Mapping[str, Fact]
) -> bytes:
    """The canonical bytes; raises ValueError for what has no canonical form or is too long."""
    if _KIND.fullmatch(kind) is None:
        raise ValueError("A kind is dotted lower-case words, such as decision.permit.")
    if tag is not None and len(tag) != 16:
        raise ValueError("A tag has 16 bytes.")
    _require_canonical(facts)
    text = _ENCODER.encode(facts)
    head, tail = _frame(event_id, kind, at, tag)
    body = head + text.encode() + tail
    if len(body) > LARGEST_BODY:
        raise ValueError(f"An event may have {LARGEST_BODY} bytes.")
    return body


def with_blanks(kind: str, facts: Mapping[str, Fact], blanks: Sequence[str]) -> str:
    """The body of an event, a `%s` for each blank's text (`fill`); raises ValueError."""
    if not all(map(_KIND.fullmatch, (kind, *blanks))) or set(facts) & set(blanks):
        raise ValueError("Kinds and blanks are lower-case words; a blank is not a fact as well.")
    _require_canonical(facts)
    members = {name: _ENCODER.encode({name: value})[1:-1] for name, value in facts.items()}
    members = {name: text.replace("%", "%%") for name, text in members.items()}
    members |= {name: f'"{name}":"%s"' for name in blanks}
    inner = ",".join(members[name] for name in sorted(members))
    return f'{{"at":%d,"facts":{{{inner}}},"id":"%s","kind":"{kind}","tag":"%s","v":1}}'


def fill(blank_body: str, event_id: UUID, at: datetime, tag: bytes, texts: Sequence[str]) -> bytes:
    """The canonical bytes of a body `with_blanks`; raises ValueError when they are too long.

    The caller has made sure that `texts` need no escape.
    """
    if at.tzinfo is None or len(tag) != 16:
        raise ValueError("The time of an event needs a zone, and a tag has 16 bytes.")
    moment = (at - _EPOCH) // _MICROSECOND
    body = (blank_body % (moment, *texts, event_id, tag.hex())).encode()
    if len(body) > LARGEST_BODY:
        raise ValueError(f"An event may have {LARGEST_BODY} bytes.")
    return body


def decode(body: bytes) -> Content:
    """The content of a body; raises ValueError when it is none of ours."""
    try:
        found = json.loads(body)
        return Content(
            id=UUID(found["id"]),
            at=_EPOCH + timedelta(microseconds=found["at"]),
            kind=found["kind"],
            tag=None if found["tag"] is None else bytes.fromhex(found["tag"]),
            facts=found["facts"],
        )
    except (AttributeError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError("The body of an event is damaged.") from error


def belongs(body: bytes, event_id: UUID, kind: str, at: datetime, tag: bytes | None) -> bool:
    """Whether the columns beside a body say what the body says."""
    head, tail = _frame(event_id, kind, at, tag)
    return body.startswith(head) and body.endswith(tail)


def _frame(event_id: UUID, kind: str, at: datetime, tag: bytes | None) -> tuple[bytes, bytes]:
    if at.tzinfo is None:
        raise ValueError("The time of an event needs a zone.")
    shown = "null" if tag is None else f'"{tag.hex()}"'
    return (
        b'{"at":%d,"facts":' % ((at - _EPOCH) // _MICROSECOND),
        f',"id":"{event_id}","kind":"{kind}","tag":{shown},"v":1}}'.encode(),
    )


def _require_canonical(value: object) -> None:
    # Because the common case is a short text, it comes first.
    if isinstance(value, str | bool) or value is None:
        return
    if isinstance(value, int):
        if abs(value) > _LARGEST_INTEGER:
            raise ValueError("Whole numbers beyond 2^53 are not the same everywhere.")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii() and key.isprintable()):
                raise ValueError("Keys of facts are printable ASCII.")
            _require_canonical(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _require_canonical(inner)
    else:
        raise ValueError(f"Facts hold names, codes and counts, not {type(value).__name__}.")
