"""Rows of many consent events and states at once, past the ORM, set by set.

Because an object per row costs more than the row (`make bench ARGS=import`).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from audit.arrays import Uuids
from consent.actions import spreading
from consent.actions.spreading import Moved
from consent.compiling import Compiled
from consent.models import Change, ConsentEvent
from consent.queries.states import raw_cursor

# What differs from event to event; all other columns are shared by those of the same wording.
_OWN = ("id", "subject_id", "shown_at", "valid_from", "expires_at", "log_event")
_COLUMNS = [str(field.column) for field in ConsentEvent._meta.concrete_fields]
_SHARED = [name for name in _COLUMNS if name not in (*_OWN, "recorded_at")]
_EVENTS = """
    INSERT INTO consent_consentevent ({own}, recorded_at, {shared})
    SELECT {own_values}, %b, {shared_values}
      FROM unnest(%b::uuid[], %b::uuid[], %b::timestamptz[], %b::timestamptz[],
                  %b::timestamptz[], %b::uuid[], %b::int[]) AS n ({own}, wording)
      JOIN jsonb_populate_recordset(NULL::consent_consentevent, %s)
           WITH ORDINALITY AS w ON w.ordinality = n.wording
""".format(  # noqa: S608 (names of columns)
    own=", ".join(_OWN),
    shared=", ".join(_SHARED),
    own_values=", ".join(f"n.{name}" for name in _OWN),
    shared_values=", ".join(f"w.{name}" for name in _SHARED),
)
_SHAPES = """
    INSERT INTO consent_shape (digest, content)
    SELECT digest, content::jsonb FROM unnest(%b::bytea[], %b::text[]) AS n (digest, content)
        ON CONFLICT (digest) DO NOTHING
"""
# The epoch counts up, and the change is announced, in the statement that writes the state.
_STATES = """
    WITH stored AS (
        INSERT INTO consent_consentstate AS s (subject_id, epoch, shape, until)
        SELECT subject_id, 1, shape, until
          FROM unnest(%b::uuid[], %b::bytea[], %b::timestamptz[])
            AS n (subject_id, shape, until)
        ON CONFLICT (subject_id) DO UPDATE
           SET epoch = s.epoch + 1, shape = excluded.shape, until = excluded.until
        RETURNING subject_id, epoch
    )
    INSERT INTO consent_change (subject_id, epoch, at)
    SELECT subject_id, epoch, %b FROM stored
    RETURNING subject_id, id
"""
# The same for one person; `before` is read as it was when the statement began.
_STATE = """
    WITH kept AS (
        INSERT INTO consent_shape (digest, content) VALUES (%(digest)b, %(content)s::jsonb)
        ON CONFLICT (digest) DO NOTHING
    ), before AS (
        SELECT shape FROM consent_consentstate WHERE subject_id = %(subject)b
    ), stored AS (
        INSERT INTO consent_consentstate AS s (subject_id, epoch, shape, until)
        VALUES (%(subject)b, 1, %(digest)b, %(until)b)
        ON CONFLICT (subject_id) DO UPDATE
           SET epoch = s.epoch + 1, shape = excluded.shape, until = excluded.until
        RETURNING epoch
    )
    INSERT INTO consent_change (subject_id, epoch, at, consent_event)
    SELECT %(subject)b, epoch, %(at)b, %(event)b FROM stored
    RETURNING id, epoch, (SELECT shape FROM before)
"""


class EventRow(NamedTuple):
    """A consent event: what is its own, and the `columns` it shares with others (one dict)."""

    id: UUID
    subject_id: UUID
    columns: Mapping[str, Any]
    shown_at: datetime | None
    valid_from: datetime
    expires_at: datetime | None
    log_event: UUID


class StateRow(NamedTuple):
    """A person's new state, and the digest of the shape before it (None: nobody)."""

    subject_id: UUID
    before: bytes | None
    compiled: Compiled


def write_events(rows: Sequence[EventRow], *, recorded_at: datetime) -> None:
    """Insert consent events; a column that they do not share is empty."""
    if not rows:
        return
    ids, people, columns, shown, valid, expires, logged = zip(*rows, strict=True)
    wordings = {id(each): each for each in columns}
    places = {key: place for place, key in enumerate(wordings, 1)}
    shared = [dict.fromkeys(_SHARED) | _as_text(each) for each in wordings.values()]
    raw_cursor().execute(
        _EVENTS,
        (
            recorded_at, Uuids(ids), Uuids(people), _if_any(shown), list(valid), _if_any(expires),
            Uuids(logged), [places[id(each)] for each in columns], Jsonb(shared),
        ),
    )  # fmt: skip


def write_states(rows: Sequence[StateRow], *, at: datetime) -> None:
    """Write the states of many people and announce the changes; the caller holds their locks."""
    if not rows:
        return
    shapes = {row.compiled.digest: row.compiled.content for row in rows}
    # Because two writers that add the same shapes in another order would wait for each other.
    digests = sorted(shapes)
    raw_cursor().execute(_SHAPES, (digests, [json.dumps(shapes[digest]) for digest in digests]))
    changes = dict(
        raw_cursor()
        .execute(
            _STATES,
            (
                Uuids(row.subject_id for row in rows),
                [row.compiled.digest for row in rows],
                _if_any([row.compiled.until for row in rows]),
                at,
            ),
            binary=True,
        )
        .fetchall()
    )
    spreading.announce(
        [Moved(changes[row.subject_id], row.before, row.compiled) for row in rows], at=at
    )


def write_state(
    subject_id: UUID, compiled: Compiled, *, at: datetime, consent_event: UUID | None
) -> Change:
    """Write the state of one person and announce the change; the caller holds the lock."""
    row = (
        raw_cursor()
        .execute(
            _STATE,
            {
                "subject": subject_id, "digest": compiled.digest, "until": compiled.until,
                "content": json.dumps(compiled.content), "at": at, "event": consent_event,
            },
            prepare=True,
            binary=True,
        )
        .fetchone()
    )  # fmt: skip
    if row is None:
        raise LookupError("A state was written and no change came of it.")
    change_id, epoch, before = row
    spreading.announce([Moved(change_id, before, compiled)], at=at)
    return Change(
        id=change_id, subject_id=subject_id, epoch=epoch, at=at, consent_event=consent_event
    )


def _if_any(times: Sequence[datetime | None]) -> list[datetime | None] | None:
    """Because a shorter array is filled with NULL by `unnest`, one of nothing else is not sent."""
    return list(times) if any(times) else None


def _as_text(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Times and ids as PostgreSQL reads them from JSON."""
    return {
        name: str(value) if isinstance(value, datetime | UUID) else value
        for name, value in columns.items()
    }
