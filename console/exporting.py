"""Entries of the log as lines of CSV or JSON, each with its stored bytes."""

import csv
import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from audit.bodies import encode
from audit.queries import LoggedEvent
from console.sentences import Names, outcome_of, sentence

COLUMNS = (
    "place", "id", "at", "kind", "outcome", "reason", "purpose", "recipient", "attributes",
    "sentence", "body_base64",
)  # fmt: skip
# Because a spreadsheet would run a cell that begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LINES_AT_ONCE = 200


def record(event: LoggedEvent, names: Names) -> dict[str, Any]:
    """One entry by COLUMNS; `place` is its index in the tree, empty while it waits for one."""
    facts = event.facts
    return {
        "place": event.index,
        "id": str(event.id),
        "at": event.at.isoformat(),
        "kind": event.kind,
        "outcome": outcome_of(event.kind),
        "reason": facts.get("reason"),
        "purpose": facts.get("purpose"),
        "recipient": facts.get("recipient"),
        "attributes": facts.get("attributes"),
        "sentence": sentence(event.kind, facts, names),
        "body_base64": _body(event),
    }


def csv_lines(events: Iterable[LoggedEvent], names: Names) -> Iterator[bytes]:
    """CSV (RFC 4180) with a head line; lists are joined with spaces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for number, event in enumerate(events, start=1):
        writer.writerow([_cell(value) for value in record(event, names).values()])
        if not number % LINES_AT_ONCE:
            yield _take(buffer)
    yield _take(buffer)


def json_lines(events: Iterable[LoggedEvent], names: Names) -> Iterator[bytes]:
    """One JSON object per line."""
    for event in events:
        yield json.dumps(record(event, names), ensure_ascii=False).encode() + b"\n"


FORMS: dict[str, Callable[[Iterable[LoggedEvent], Names], Iterator[bytes]]] = {
    "csv": csv_lines,
    "jsonl": json_lines,
}


def _body(event: LoggedEvent) -> str:
    if event.facts.get("damaged"):
        return ""
    # Because a canonical body is a function of what it says, this gives the stored bytes.
    return b64encode(encode(event.id, event.kind, event.at, event.tag, event.facts)).decode()


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = " ".join(str(part) for part in value)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _take(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
