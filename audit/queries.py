"""Reading the log: events for officers and for the person, checkpoints and proofs for anybody."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from audit import batches, merkle, witnesses
from audit.bodies import decode
from audit.errors import EventUnknown, LogDamaged, NotSequencedYet, SizeUnknown
from audit.models import Pending, SignedHead
from audit.proofs import ConsistencyProof, InclusionProof
from audit.publishing import verifier_key
from audit.tiles import Needed, reader

__all__ = [
    "Backlog",
    "Filters",
    "LoggedEvent",
    "SignedHead",
    "backlog",
    "consistency",
    "consistency_with_latest",
    "count",
    "event",
    "events",
    "events_for_tags",
    "is_about",
    "latest_checkpoint",
    "leaf_hash_at",
    "proof",
    "stream",
    "tile",
    "verifier_key",
]

LARGEST_PAGE = 500

_COLUMNS = "SELECT e.id, e.at, e.kind, e.tag, e.body, l.index FROM audit_event e "
_PLACED = "LEFT JOIN audit_leaf l ON l.event_id = e.id "
_FOR_TAGS = """
WITH mine AS (
    (SELECT e.id FROM audit_event e WHERE {event} ORDER BY e.id DESC LIMIT %s)
    UNION
    (SELECT m.event_id FROM audit_mention m WHERE {mention} ORDER BY m.event_id DESC LIMIT %s)
)
SELECT e.id, e.at, e.kind, e.tag, e.body, l.index
  FROM mine JOIN audit_event e ON e.id = mine.id
  LEFT JOIN audit_leaf l ON l.event_id = e.id
 ORDER BY e.id DESC LIMIT %s
"""
_LEAF = """
SELECT l.index, e.body, c.size, c.root, c.at, c.note,
       EXISTS (SELECT FROM audit_prune p WHERE p.pruned_at IS NOT NULL
               AND p.month = date_trunc('month', l.at AT TIME ZONE 'UTC')::date)
FROM audit_leaf l
LEFT JOIN audit_event e ON e.id = l.event_id AND e.at = l.at
LEFT JOIN (
    SELECT size, root, at, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1
) c ON true
WHERE l.event_id = %s
"""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event; `index` is its place in the tree, None until it is sequenced."""

    id: UUID
    at: datetime
    kind: str
    tag: bytes | None
    facts: dict[str, Any]
    index: int | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show; all given ones must hold.

    `kind` is a dotted kind or the beginning of one (`decision` finds `decision.deny`), `outcome`
    the last word of a kind; `since` is inclusive, `until` exclusive, both with a zone.
    """

    kind: str = ""
    outcome: str = ""
    purpose: str = ""
    recipient: str = ""
    since: datetime | None = None
    until: datetime | None = None
    tag: bytes | None = None

    def conditions(self) -> tuple[list[str], list[Any]]:
        """SQL conditions on `audit_event e`, and their parameters."""
        found: list[tuple[str, list[Any]]] = []
        if self.kind:
            found.append(("(e.kind = %s OR starts_with(e.kind, %s))", [self.kind, f"{self.kind}."]))
        if self.outcome:
            found.append(("right(e.kind, %s) = %s", [len(self.outcome) + 1, f".{self.outcome}"]))
        for name, value in (("purpose", self.purpose), ("recipient", self.recipient)):
            if value:
                found.append(("position(%s::bytea IN e.body) > 0", [_pair(name, value)]))
        if self.since:
            found.append(("e.at >= %s", [self.since]))
        if self.until:
            found.append(("e.at < %s", [self.until]))
        if self.tag is not None:
            found.append(("e.tag = %s", [self.tag]))
        return [text for text, _ in found], [value for _, values in found for value in values]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for the sequencer; `oldest` is None when nothing does."""

    count: int
    oldest: datetime | None


def events(
    *, filters: Filters | None = None, after: UUID | None = None, limit: int = 50
) -> list[LoggedEvent]:
    """The latest events first; the next page is `after` the last id of this one."""
    conditions, parameters = (filters or Filters()).conditions()
    return _page(conditions, parameters, after=after, limit=limit)


def events_for_tags(
    tags: Iterable[bytes], *, kind: str = "", after: UUID | None = None, limit: int = 50
) -> list[LoggedEvent]:
    """The events of one person, whose tags of some months these are; latest first.

    An event about many people is shown as what it is for this one: its kind, tag and facts.
    """
    mine, count = list(tags), max(1, min(limit, LARGEST_PAGE))
    event, values = _of_tags("e.tag", "e.kind", "e.id", mine, kind, after)
    mention, _ = _of_tags("m.tag", "m.kind", "m.event_id", mine, kind, after)
    statement = _FOR_TAGS.format(event=event, mention=mention)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, count, *values, count, count])
        return [_for_one(_logged(row), mine) for row in cursor.fetchall()]


def _of_tags(
    tag: str, kind: str, identifier: str, tags: list[bytes], wanted: str, after: UUID | None
) -> tuple[str, list[Any]]:
    """The condition on the columns of these names, and its parameters."""
    texts: list[str] = [f"{tag} = ANY(%s)"]
    values: list[Any] = [tags]
    if wanted:
        texts, values = [*texts, f"({kind} = %s OR starts_with({kind}, %s))"], [
            *values, wanted, f"{wanted}.",
        ]  # fmt: skip
    if after is not None:
        texts, values = [*texts, f"{identifier} < %s"], [*values, after]
    return " AND ".join(texts), values


def is_about(event: LoggedEvent, tags: Iterable[bytes]) -> bool:
    """Whether the event is about the person whose tags of some months these are."""
    mine = list(tags)
    return event.tag in mine or batches.find(event.facts, mine) is not None


def _for_one(event: LoggedEvent, tags: list[bytes]) -> LoggedEvent:
    found = batches.find(event.facts, tags) if event.tag is None else None
    if found is None:
        return event
    return replace(event, kind=found.kind, tag=found.tag, facts=dict(found.facts))


def stream(
    *, kind: str, since: datetime, until: datetime, batch: int = 1000
) -> Iterator[LoggedEvent]:
    """Every event of a kind in the order of its making, page by page: memory stays as it is.

    `kind` as in `Filters`; `since` is inclusive, `until` exclusive.
    """
    conditions, parameters = Filters(kind=kind, since=since, until=until).conditions()
    where = " AND ".join([*conditions, "e.id > %s"])
    statement = f"{_COLUMNS}{_PLACED}WHERE {where} ORDER BY e.id LIMIT %s"
    after = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*parameters, after, batch])
            rows = cursor.fetchall()
        yield from map(_logged, rows)
        if len(rows) < batch:
            return
        after = rows[-1][0]


def count(*, kind: str, since: datetime, until: datetime) -> int:
    """How many events of a kind a time holds."""
    conditions, parameters = Filters(kind=kind, since=since, until=until).conditions()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM audit_event e WHERE {' AND '.join(conditions)}",  # noqa: S608
            parameters,
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def event(event_id: UUID) -> LoggedEvent:
    """One event; raises EventUnknown."""
    found = _page(["e.id = %s"], [event_id], after=None, limit=1)
    if not found:
        raise EventUnknown("There is no such event in the log.")
    return found[0]


def latest_checkpoint() -> SignedHead | None:
    """The latest signed head (`note` is the C2SP checkpoint), or None for an empty log."""
    return SignedHead.objects.order_by("-size").first()


def proof(event_id: UUID) -> InclusionProof:
    """The proof that an event is in the log, against the latest checkpoint.

    Where witnesses are asked: against the latest that a quorum cosigned, if that holds the event.
    Raises EventUnknown, NotSequencedYet, LogDamaged.
    """
    index, body, latest = _leaf(event_id)
    head = witnesses.served(latest, beyond=index)
    size = head.size
    needed = Needed()
    merkle.inclusion_proof(index, size, needed)
    needed(0, index)
    node = _tiles(needed)
    return InclusionProof(
        event_id=event_id,
        index=index,
        size=size,
        root=head.root,
        leaf_hash=node(0, index) if body is None else merkle.leaf_hash(body),
        hashes=merkle.inclusion_proof(index, size, node),
        note=head.note,
        body=body or b"",
        pruned=body is None,
    )


def consistency(size1: int, size2: int) -> list[bytes]:
    """The proof that the log of `size1` begins that of `size2`; raises SizeUnknown, LogDamaged."""
    if not 0 < size1 <= size2 <= _size():
        raise SizeUnknown("Give two sizes in order, from 1 to the present size of the log.")
    needed = Needed()
    merkle.consistency_proof(size1, size2, needed)
    return merkle.consistency_proof(size1, size2, _tiles(needed))


def consistency_with_latest(old_size: int) -> ConsistencyProof:
    """The proof that the log of `old_size` begins that of the latest checkpoint.

    Raises SizeUnknown, LogDamaged.
    """
    head = latest_checkpoint()
    if head is None or not 0 < old_size <= head.size:
        raise SizeUnknown("Give a size from 1 to that of the latest checkpoint.")
    hashes = consistency(old_size, head.size)
    return ConsistencyProof(old_size, head.size, bytes(head.root), hashes, head.note)


def tile(level: int, number: int, width: int) -> bytes | None:
    """The first `width` hashes of a tile, joined; None where the tree has not come that far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substring(hashes FOR %s) FROM audit_tile WHERE level = %s AND number = %s",
            [width * merkle.HASH_BYTES, level, number],
        )
        row = cursor.fetchone()
    found = bytes(row[0]) if row else b""
    return found if len(found) == width * merkle.HASH_BYTES else None


def leaf_hash_at(index: int) -> bytes:
    """The hash of the entry at a place, as the tree has it; raises LogDamaged."""
    needed = Needed()
    needed(0, index)
    return _tiles(needed)(0, index)


def backlog() -> Backlog:
    """How many events wait to be sequenced, and since when."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(at) FROM audit_outbox")
        count, oldest = cursor.fetchone()
    return Backlog(count, oldest)


def _leaf(event_id: UUID) -> tuple[int, bytes | None, SignedHead]:
    with connection.cursor() as cursor:
        cursor.execute(_LEAF, [event_id])
        row = cursor.fetchone()
    if row is None:
        if Pending.objects.filter(id=event_id).exists():
            raise NotSequencedYet("The event is on record; its proof follows within a second.")
        raise EventUnknown("There is no such event in the log.")
    index, body, size, root, at, note, pruned = row
    if (body is None and not pruned) or size is None or size <= index:
        raise LogDamaged("The log contradicts itself: run verify_log.")
    head = SignedHead(size=size, root=root, at=at, note=note)
    return index, None if body is None else bytes(body), head


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT size FROM audit_head")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _tiles(needed: Needed) -> merkle.Node:
    places = sorted(needed.tiles)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, number, hashes FROM audit_tile JOIN "
            "unnest(%s::smallint[], %s::bigint[]) AS wanted (level, number) "
            "USING (level, number)",
            ([level for level, _ in places], [number for _, number in places]),
        )
        found = {(level, number): bytes(hashes) for level, number, hashes in cursor.fetchall()}
    node = reader(found)

    def checked(height: int, index: int) -> bytes:
        try:
            return node(height, index)
        except LookupError as error:
            raise LogDamaged(f"{error} Run verify_log.") from error

    return checked


def _page(
    conditions: list[str], parameters: list[Any], *, after: UUID | None, limit: int
) -> list[LoggedEvent]:
    if after is not None:
        conditions, parameters = [*conditions, "e.id < %s"], [*parameters, after]
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    statement = f"{_COLUMNS}{_PLACED}{where}ORDER BY e.id DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, max(1, min(limit, LARGEST_PAGE))])
        return [_logged(row) for row in cursor.fetchall()]


def _logged(row: tuple[Any, ...]) -> LoggedEvent:
    event_id, at, kind, tag, body, index = row
    return LoggedEvent(
        id=event_id,
        at=at,
        kind=kind,
        tag=None if tag is None else bytes(tag),
        facts=_facts(bytes(body)),
        index=index,
    )


def _facts(body: bytes) -> dict[str, Any]:
    # Because an officer must see a damaged event in the list, not an error in its place.
    try:
        return decode(body).facts
    except ValueError:
        return {"damaged": True}


def _pair(name: str, value: str) -> bytes:
    # Because bodies are canonical, a name and its value have exactly one form in them.
    return f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=False)}".encode()
