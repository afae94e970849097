"""The hot read: one person's compiled state and the catalogue's version, in one round trip."""

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connections
from psycopg import Cursor

from consent.compiling import EventFact, PersonFacts
from consent.models import ConsentEvent, Subject

READ_STATE = """
    SELECT c.version, s.epoch, s.shape, s.until
      FROM consent_catalogueversion c
      LEFT JOIN consent_consentstate s ON s.subject_id = %s
"""
READ_SHAPE = "SELECT content::text FROM consent_shape WHERE digest = %s"
READ_SHAPES = "SELECT digest, content::text FROM consent_shape WHERE digest = ANY (%s::bytea[])"
READ_MARKED = "SELECT digest FROM consent_shape WHERE digest BETWEEN %s AND %s LIMIT 2"
DIGEST_BYTES = 16
READ_EVENTS = """
    SELECT e.subject_id, e.attributes, e.channels, e.consent_types, e.cap_count, e.cap_days,
           e.state, e.valid_from, e.recorded_at, p.name, coalesce(p.purpose_class, ''),
           e.recipient_id, n.version, e.expires_at, e.actor, e.id, e.confirms, e.level, e.until
      FROM consent_consentevent e
      LEFT JOIN consent_purpose p ON p.id = e.purpose_id
      LEFT JOIN consent_notice n ON n.id = e.notice_id
     WHERE e.subject_id = ANY (%s::uuid[])
"""
# The columns of READ_EVENTS after the first six, as the fold names them.
FACTS = (
    "state", "valid_from", "recorded_at", "purpose", "purpose_class", "recipient", "notice",
    "expires_at", "actor", "id", "confirms", "level", "until",
)  # fmt: skip
SHAPES_KEPT = 4096


class StateRow(NamedTuple):
    """`epoch`, `shape`, `until` are None for a person without any state."""

    catalogue: int
    epoch: int | None
    shape: bytes | None
    until: datetime | None


def raw_cursor() -> Cursor[Any]:
    """A cursor on Django's own connection, past the ORM: one round trip, prepared.

    It takes part in the caller's transaction, if there is one.
    """
    wrapper = connections["default"]
    if wrapper.connection is None:
        wrapper.ensure_connection()
    return Cursor(wrapper.connection)


_kept_cursors: WeakKeyDictionary[Any, Cursor[Any]] = WeakKeyDictionary()


def kept_cursor() -> Cursor[Any]:
    """As `raw_cursor`, but the same one again: only for a statement whose one row is fetched
    before anything else runs, because making a cursor costs a third of a round trip.
    """
    wrapper = connections["default"]
    if wrapper.connection is None:
        wrapper.ensure_connection()
    cursor = _kept_cursors.get(wrapper.connection)
    if cursor is None:
        cursor = _kept_cursors[wrapper.connection] = Cursor(wrapper.connection)
    return cursor


def read_state(subject_id: UUID) -> StateRow:
    """The state row of `subject_id` and the catalogue's version, in one round trip."""
    row = kept_cursor().execute(READ_STATE, (subject_id,), prepare=True, binary=True).fetchone()
    if row is None:
        raise LookupError("The catalogue has no version row; run manage.py migrate.")
    return StateRow(*row)


STATES_REMEMBERED = 20_000
_remembered: dict[UUID, StateRow] = {}


def remembered_state(subject_id: UUID) -> StateRow:
    """The state as this process last saw it, read where it never has.

    Only for a caller whose own statement checks that it still holds (`APPEND_IF_UNCHANGED`,
    `consent_mint_permit`), and who calls `forget_state` or `remember_state` where it does not.
    """
    state = _remembered.get(subject_id)
    if state is None:
        state = read_state(subject_id)
        remember_state(subject_id, state)
    return state


def remember_state(subject_id: UUID, state: StateRow) -> None:
    """Take a state that was just read for `remembered_state`; who has none is forgotten."""
    if state.epoch is None:
        forget_state(subject_id)
        return
    if len(_remembered) >= STATES_REMEMBERED:
        _remembered.clear()
    _remembered[subject_id] = state


def forget_state(subject_id: UUID) -> None:
    """Read this person's state anew the next time."""
    _remembered.pop(subject_id, None)


_shapes: OrderedDict[bytes, dict[str, Any]] = OrderedDict()


def shape_content(digest: bytes) -> dict[str, Any]:
    """The content of a shape, kept in process: a digest never changes its meaning."""
    content = _shapes.get(digest)
    if content is None:
        row = raw_cursor().execute(READ_SHAPE, (digest,), prepare=True).fetchone()
        if row is None:
            raise LookupError("A state points at a shape that is not there.")
        content = json.loads(row[0])
        _shapes[digest] = content
        if len(_shapes) > SHAPES_KEPT:
            _shapes.popitem(last=False)
    return content


_marked: OrderedDict[bytes, bytes] = OrderedDict()


def shape_marked(mark: bytes) -> bytes:
    """The one digest that begins with `mark`; raises LookupError for none, and for several."""
    found = _marked.get(mark)
    if found is None:
        last = mark.ljust(DIGEST_BYTES, b"\xff")
        rows = raw_cursor().execute(READ_MARKED, (mark, last)).fetchall()
        if len(rows) != 1:
            raise LookupError("No shape, or more than one, begins like this.")
        found = _marked[mark] = bytes(rows[0][0])
        if len(_marked) > SHAPES_KEPT:
            _marked.popitem(last=False)
    return found


def shape_contents(digests: Iterable[bytes]) -> dict[bytes, dict[str, Any]]:
    """The contents of many shapes, those that this process has not seen in one round trip."""
    found = {digest: _shapes.get(digest) for digest in digests}
    missing = [digest for digest, content in found.items() if content is None]
    if missing:
        rows = raw_cursor().execute(READ_SHAPES, (missing,)).fetchall()
        fresh = {bytes(digest): json.loads(content) for digest, content in rows}
        found |= fresh
        _shapes.update(fresh)
        while len(_shapes) > SHAPES_KEPT:
            _shapes.popitem(last=False)
    if not all(found.values()):
        raise LookupError("A state points at a shape that is not there.")
    return {digest: content for digest, content in found.items() if content is not None}


def person_facts(subject: Subject) -> PersonFacts:
    """What the fold needs of a subject row."""
    return PersonFacts(
        status=subject.status,
        jurisdictions=tuple(subject.jurisdictions),
        birth_month=subject.birth_month,
    )


def event_facts(subject_id: UUID) -> list[EventFact]:
    """All that was ever said of one person, as the fold wants it."""
    return event_facts_of([subject_id]).get(subject_id, [])


def event_facts_of(people: Sequence[UUID]) -> dict[UUID, list[EventFact]]:
    """The same of many people at once, past the ORM; who said nothing is left out."""
    said: dict[UUID, list[EventFact]] = {}
    for subject_id, attributes, channels, consent_types, times, days, *rest in raw_cursor().execute(
        READ_EVENTS, (list(people),)
    ):
        fact = EventFact(
            **dict(zip(FACTS, rest, strict=True)),
            attributes=tuple(attributes),
            channels=tuple(channels),
            consent_types=tuple(consent_types),
            cap=None if times is None or days is None else (times, days),
        )
        said.setdefault(subject_id, []).append(fact)
    return said


def event_fact(event: ConsentEvent) -> EventFact:
    """One stored event as the fold wants it (reads purpose and notice: select them)."""
    return EventFact(
        state=event.state,
        valid_from=event.valid_from,
        recorded_at=event.recorded_at,
        purpose=event.purpose.name if event.purpose else None,
        purpose_class=event.purpose.purpose_class if event.purpose else "",
        attributes=tuple(event.attributes),
        channels=tuple(event.channels),
        recipient=event.recipient_id,
        consent_types=tuple(event.consent_types),
        notice=event.notice.version if event.notice else None,
        expires_at=event.expires_at,
        actor=event.actor,
        id=event.pk,
        confirms=event.confirms,
        level=event.level,
        cap=_cap(event),
        until=event.until,
    )


def _cap(event: ConsentEvent) -> tuple[int, int] | None:
    if event.cap_count is None or event.cap_days is None:
        return None
    return (event.cap_count, event.cap_days)
