"""Rows of many consent events and states at once, past the ORM: COPY, and set by set.

Because an object per row costs more than the row (`make bench ARGS=import`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from consent.compiling import Compiled
from consent.models import ConsentEvent
from consent.queries.states import raw_cursor

_FIELDS = ConsentEvent._meta.concrete_fields
_DEFAULTS = tuple((field.attname, field.get_default()) for field in _FIELDS)
_COPY = "COPY consent_consentevent ({}) FROM STDIN".format(
    ", ".join(f'"{field.column}"' for field in _FIELDS)
)
_SHAPES = """
    INSERT INTO consent_shape (digest, content)
    SELECT * FROM unnest(%b::bytea[], %s::jsonb[]) ON CONFLICT (digest) DO NOTHING
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
"""


def write_events(rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert consent events given by the names of their columns; a column left out is empty."""
    with raw_cursor().copy(_COPY) as copy:
        for row in rows:
            copy.write_row([row.get(name, default) for name, default in _DEFAULTS])


def write_states(compiled: Sequence[tuple[UUID, Compiled]], *, at: datetime) -> None:
    """Write the states of many people and announce the changes; the caller holds their locks."""
    if not compiled:
        return
    digests = [(subject_id, state.digest, state) for subject_id, state in compiled]
    shapes = {digest: state.content for _, digest, state in digests}
    raw_cursor().execute(
        _SHAPES, (list(shapes), [json.dumps(content) for content in shapes.values()])
    )
    raw_cursor().execute(
        _STATES,
        (
            [subject_id for subject_id, _, _ in digests],
            [digest for _, digest, _ in digests],
            [state.until for _, _, state in digests],
            at,
        ),
    )
