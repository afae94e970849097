"""Re-reads the whole log and names the first thing that is not as it was signed.

Every body is hashed again, the tree rebuilt, and compared with leaf rows, tiles, head, every
checkpoint and the checkpoints held outside the database. No key is needed except the public
one; memory is constant, whatever the size. The hashes of months that two officers let go come
from the tiles, which the signed roots hold, and must be exactly those that the prune named.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction

from audit.bodies import Fact, belongs
from audit.checkpoints import BadCheckpoint, Checkpoint, VerifierKey, open_checkpoint
from audit.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hash
from audit.pruned import PrunedMonths, prunes
from audit.tiles import WIDTH, Coordinates, Edge, levels, open_tile

BATCH = 32 * WIDTH

Progress = Callable[[int, int], None]

_LEAVES = """
SELECT l.index, l.event_id, l.at, e.kind, e.tag, e.body
FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id AND e.at = l.at
WHERE l.index >= %s AND l.index < %s ORDER BY l.index
"""
_STATE = """
SELECT h.size, h.root, (SELECT coalesce(max(index) + 1, 0) FROM audit_leaf),
       (SELECT coalesce(max(size), 0) FROM audit_checkpoint)
FROM audit_head h
"""
_UNACCOUNTED = """
SELECT e.id FROM audit_event e
WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id)
  AND NOT EXISTS (SELECT FROM audit_outbox o WHERE o.id = e.id)
LIMIT 1
"""
_ORPHANED = """
SELECT o.id FROM audit_outbox o
WHERE NOT EXISTS (SELECT FROM audit_event e WHERE e.id = o.id AND e.at = o.at)
LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """The first bad row: `what` in words, and where it is known, its place and its event."""

    what: str
    index: int | None = None
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """The result: `size` of `of` events and `checkpoints` signatures right, or a problem.

    `pruned` says for each month without bodies how many are gone and the event that says so.
    """

    size: int
    root: bytes
    checkpoints: int
    problem: Problem | None
    of: int = 0
    pruned: tuple[tuple[str, int, UUID], ...] = ()

    def facts(self) -> dict[str, Fact]:
        """The same as it stands in the log, where checks put on record what they found."""
        problem = self.problem
        known: dict[str, Fact] = {
            "ok": problem is None,
            "state": "failed" if problem else "held",
            "checked": self.size,
            "root": self.root.hex(),
            "checkpoints": self.checkpoints,
        }
        if problem is None:
            return known | {"size": self.size}
        known["what"] = problem.what
        if self.of:
            known["size"] = self.of
        if problem.index is not None:
            known["first_bad"] = problem.index
        if problem.event_id is not None:
            known["bad_event"] = str(problem.event_id)
        return known


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a verification has come: the first `size` events have this root."""

    size: int = 0
    root: bytes = EMPTY_ROOT


class _Found(Exception):
    """Carries a problem out of the loops."""

    def __init__(self, what: str, index: int | None = None, event_id: UUID | None = None) -> None:
        super().__init__(what)
        self.problem = Problem(what, index, event_id)


def verify(
    verifier: VerifierKey, *, outside: Iterable[Checkpoint] = (), progress: Progress | None = None
) -> Verification:
    """Reads everything again; `outside` are checkpoints kept elsewhere, already opened.

    `progress` is called with (events read, events in all) after each batch.
    """
    kept = sorted(outside, key=lambda head: head.size)
    return _result(lambda: _Run(verifier, kept, progress), _Run.everything)


def verify_on(
    verifier: VerifierKey, *, since: Mark, outside: Iterable[Checkpoint], rows: int
) -> Verification:
    """Goes on from a `Mark` for about `rows` events; `done` when it has come to the head.

    What lies before the mark is trusted as far as its root: the tiles must still lead to it. That
    each event has its place is not looked at here (`audit.reconciling`).
    """
    kept = sorted(outside, key=lambda head: head.size)
    return _result(lambda: _Run(verifier, kept, None), lambda run: run.some(since, rows))


def _result(begin: Callable[[], "_Run"], read: Callable[["_Run"], None]) -> Verification:
    before, run, problem = prunes(), begin(), None
    try:
        read(run)
    except _Found as found:
        if prunes() != before:
            # Because a month may have gone while it was read.
            return _result(begin, read)
        problem = found.problem
    edge, pruned = run.edge, () if problem else run.pruned.summary()
    return Verification(edge.size, edge.root(), run.checkpoints, problem, run.size, pruned)


class _Run:
    def __init__(
        self, verifier: VerifierKey, outside: list[Checkpoint], progress: Progress | None
    ) -> None:
        self.edge = Edge()
        self.checkpoints = 0
        self._verifier = verifier
        self._outside = outside
        self._progress = progress
        self.size = 0
        self._tile: tuple[int, bytes] = (-1, b"")
        self.pruned = PrunedMonths()

    def everything(self) -> None:
        root = self._read_state()
        self._read(self.size)
        self._end(root)
        self._account()

    def some(self, since: Mark, rows: int) -> None:
        root = self._read_state()
        self._take_up(since)
        self._read(min(since.size + rows, self.size))
        if self.edge.size == self.size:
            self._end(root)

    def _read(self, end: int) -> None:
        heads = self._heads()
        head = next(heads, None)
        while head is not None and head.size == self.edge.size:
            self._compare_head(head)
            head = next(heads, None)
        while self.edge.size < end:
            for row in self._rows():
                self._add(row)
                while head is not None and head.size == self.edge.size:
                    self._compare_head(head)
                    head = next(heads, None)
            self._compare_tiles(self.edge.take_full())
            if self._progress:
                self._progress(self.edge.size, self.size)

    def _end(self, root: bytes) -> None:
        self._compare_tiles(self.edge.open_tiles())
        if self.edge.root() != root:
            raise _Found("The root of the head is not the root of the events.")

    def _take_up(self, since: Mark) -> None:
        if since.size > self.size:
            raise _Found(
                f"{since.size} events were verified before: the end of the log was cut off.",
                self.size,
            )
        places = [open_tile(since.size, level) for level in range(levels(since.size))]
        stored = self._stored_tiles(places)
        tiles = {level: stored.get((level, number), b"") for level, number in places}
        what = f"The tree no longer leads to the root of the {since.size} events verified before."
        try:
            self.edge = Edge(since.size, tiles)
        except LookupError:
            raise _Found(what) from None
        if self.edge.root() != since.root:
            raise _Found(what)

    def _read_state(self) -> bytes:
        try:
            self.pruned.read()
        except ValueError as error:
            raise _Found(str(error)) from None
        rows = _rows(_STATE)
        if not rows:
            raise _Found("The head of the log is missing.")
        size, root, leaves, signed = rows[0]
        self.size = size
        if leaves != size:
            raise _Found(f"The head counts {size} events, the tree has {leaves} places.", leaves)
        if signed != size:
            raise _Found(f"The latest checkpoint has size {signed}, the head {size}.", signed)
        if self._outside and self._outside[-1].size > size:
            raise _Found(
                f"A checkpoint kept outside has size {self._outside[-1].size}: "
                f"the end of the log was cut off.",
                size,
            )
        return bytes(root)

    def _rows(self) -> list[tuple[Any, ...]]:
        start = self.edge.size
        end = min(start + BATCH, self.size)
        rows = _rows(_LEAVES, (start, end), one_by_one=True)
        if len(rows) != end - start:
            places = {row[0] for row in rows}
            gap = next(index for index in range(start, end) if index not in places)
            raise _Found("This place of the tree is empty: its row was removed.", gap)
        return rows

    def _add(self, row: tuple[Any, ...]) -> None:
        index, event_id, at, kind, tag, body = row
        if body is None:
            leaf = self._pruned_leaf(index, event_id, at)
        else:
            if not belongs(body, event_id, kind, at, tag):
                raise _Found("This event does not say what was written.", index, event_id)
            leaf = leaf_hash(body)
        if not self.pruned.hear(event_id, leaf):
            raise _Found("This event does not say what was pruned.", index, event_id)
        self.edge.append(leaf)

    def _pruned_leaf(self, index: int, event_id: UUID, at: datetime) -> bytes:
        month, number = self.pruned.of(at), index // WIDTH
        if month is None:
            raise _Found("This event was removed.", index, event_id)
        if self._tile[0] != number:
            found = _rows(
                "SELECT hashes FROM audit_tile WHERE level = 0 AND number = %s", (number,)
            )
            self._tile = (number, bytes(found[0][0]) if found else b"")
        start = index % WIDTH * HASH_BYTES
        leaf = self._tile[1][start : start + HASH_BYTES]
        if len(leaf) != HASH_BYTES:
            raise _Found(
                "This event was pruned, and its hash in the tree is gone.", index, event_id
            )
        month.add(index, leaf)
        return leaf

    def _heads(self) -> Iterator[Checkpoint]:
        outside = iter([head for head in self._outside if head.size >= self.edge.size])
        kept = next(outside, None)
        for head in self._stored_heads():
            while kept is not None and kept.size <= head.size:
                yield kept
                kept = next(outside, None)
            yield head

    def _stored_heads(self) -> Iterator[Checkpoint]:
        after = max(self.edge.size - 1, 0)
        while rows := _rows(
            "SELECT size, root, note FROM audit_checkpoint WHERE size > %s AND size <= %s "
            "ORDER BY size LIMIT 1000",
            (after, self.size),
        ):
            for size, root, note in rows:
                yield self._opened(size, bytes(root), note)
                self.checkpoints += 1
            after = rows[-1][0]

    def _opened(self, size: int, root: bytes, note: str) -> Checkpoint:
        try:
            head = open_checkpoint(note, self._verifier)
        except BadCheckpoint as error:
            raise _Found(f"The checkpoint of size {size} is not signed: {error}", size) from None
        if (head.size, head.root) != (size, root):
            raise _Found(f"The checkpoint of size {size} is not what was signed.", size)
        return head

    def _compare_head(self, head: Checkpoint) -> None:
        if head.root != self.edge.root():
            # Because the tiles may tell which event it is.
            self._compare_tiles(self.edge.take_full() | self.edge.open_tiles())
            raise _Found(
                f"The first {head.size} events do not have the root that was signed for them.",
                head.size - 1,
            )

    def _compare_tiles(self, tiles: dict[Coordinates, bytes]) -> None:
        stored = self._stored_tiles(list(tiles))
        # Because a bad leaf spoils the tiles above it, the lowest is looked at first.
        for place in sorted(tiles):
            self._compare_tile(place, tiles[place], stored.get(place, b""))

    def _stored_tiles(self, places: list[Coordinates]) -> dict[Coordinates, bytes]:
        return {
            (level, number): bytes(hashes)
            for level, number, hashes in _rows(
                "SELECT level, number, hashes FROM audit_tile JOIN "
                "unnest(%s::smallint[], %s::bigint[]) AS wanted (level, number) "
                "USING (level, number)",
                ([level for level, _ in places], [number for _, number in places]),
            )
        }

    def _compare_tile(self, place: Coordinates, right: bytes, stored: bytes) -> None:
        if stored[: len(right)] == right:
            return
        level, number = place
        entries = range(0, len(right), HASH_BYTES)
        entry = next(
            at for at in entries if stored[at : at + HASH_BYTES] != right[at : at + HASH_BYTES]
        )
        index = (number * WIDTH + entry // HASH_BYTES) << (8 * level)
        if level:
            raise _Found(f"Tile {level}/{number} is not what the events give.", index)
        found = _rows("SELECT event_id FROM audit_leaf WHERE index = %s", (index,))
        raise _Found(
            "This event, or its hash in the tree, was changed.",
            index,
            found[0][0] if found else None,
        )

    def _account(self) -> None:
        for statement, what in (
            (_UNACCOUNTED, "This event never got a place in the tree and does not wait for one."),
            (_ORPHANED, "This event was removed before it was sequenced."),
        ):
            if rows := _rows(statement):
                raise _Found(what, event_id=rows[0][0])
        if problem := self.pruned.problem():
            raise _Found(problem[0], event_id=problem[1])


def _rows(
    statement: str, parameters: tuple[object, ...] = (), *, one_by_one: bool = False
) -> list[tuple[Any, ...]]:
    with transaction.atomic():
        connection.ensure_connection()
        with connection.wrap_database_errors:
            cursor = psycopg.Cursor(connection.connection)
            if one_by_one:
                # Because a batch must look its rows up, whatever the statistics say.
                for planning in (b"hashjoin", b"mergejoin", b"seqscan"):
                    cursor.execute(b"SET LOCAL enable_%b = off" % planning)
            cursor.execute(statement.encode(), parameters or None, binary=True)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
