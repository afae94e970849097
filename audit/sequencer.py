"""Gives each event its place in the tree: the only writer of leaves, tiles, head, checkpoints.

A batch is one transaction under the lock of the head row: order, leaves, tiles, signature.
Only what was committed is published. Any number of sequencers may run; one works, the others
stand by, and even two that both believe to be alone cannot fork the log.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import psycopg
from django.db import Error, connections

from audit.checkpoints import BadCheckpoint, Checkpoint, Signer, open_checkpoint
from audit.errors import LogDamaged, LogRewound
from audit.merkle import HASH_BYTES
from audit.publishing import publish, published
from audit.tiles import Coordinates, Edge, levels, open_tile

PERIOD_SECONDS = 0.2
LARGEST_BATCH = 20_000

_MONTHS_AHEAD = 3
_RETRY_SECONDS = 1.0
_LOCK = "hashtext('sayso sequencer')"
_SEQUENCE = """
WITH batch AS MATERIALIZED (
    SELECT o.id, o.at, e.hash
    FROM audit_outbox o CROSS JOIN LATERAL (
        SELECT sha256('\\x00'::bytea || body) AS hash FROM audit_event
        WHERE id = o.id AND at = o.at OFFSET 0
    ) e
    ORDER BY o.id LIMIT %s
), placed AS (
    INSERT INTO audit_leaf (index, at, event_id)
    SELECT %s + row_number() OVER (ORDER BY id) - 1, at, id FROM batch
), gone AS (
    DELETE FROM audit_outbox WHERE id = ANY (ARRAY (SELECT id FROM batch))
)
SELECT string_agg(hash, '' ORDER BY id) FROM batch
"""
_HEAD = "SELECT size, root FROM audit_head WHERE id = 1"
_LOCKED_HEAD = _HEAD + " FOR UPDATE"
_STORE_TILES = """
INSERT INTO audit_tile (level, number, hashes)
SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
ON CONFLICT (level, number) DO UPDATE SET hashes = EXCLUDED.hashes
"""

logger = logging.getLogger(__name__)


class Sequencer:
    """One worker on the database `alias`; publishes into `directory`."""

    def __init__(
        self,
        *,
        signer: Signer,
        directory: Path,
        alias: str = "sequencer",
        largest_batch: int = LARGEST_BATCH,
    ) -> None:
        self._signer = signer
        self._directory = directory
        self._connection = connections[alias]
        self._largest_batch = largest_batch
        self._edge: Edge | None = None
        self._leading = False
        self._month = 0

    def run(self, *, stop: Event, clock: Callable[[], datetime]) -> None:
        """Works until `stop`; outlives the database going away.

        Raises LogDamaged and LogRewound: then a person must look before anything is signed.
        """
        while not stop.is_set():
            started = monotonic()
            try:
                done = self.step(at=clock())
            except (Error, psycopg.Error) as error:
                logger.warning("The database does not answer, trying again: %s", _short(error))
                self.close()
                stop.wait(_RETRY_SECONDS)
                continue
            if done < self._largest_batch:
                stop.wait(max(0.0, PERIOD_SECONDS - (monotonic() - started)))
        self.close()

    def step(self, *, at: datetime) -> int:
        """Sequences what waits, at most one batch; gives how many events."""
        database = self._lead(at)
        if database is None or not _any_waiting(database):
            return 0
        with database.transaction():
            note, done = self._batch(database, at)
        if note:
            publish(self._directory, note, self._signer.verifier)
        return done

    def close(self) -> None:
        """Lets go of the connection, and so of the lead."""
        self._edge = None
        self._leading = False
        self._connection.close()

    def _lead(self, at: datetime) -> psycopg.Connection | None:
        self._connection.ensure_connection()
        database: psycopg.Connection = self._connection.connection
        if database.closed:
            self.close()
            raise psycopg.OperationalError("the connection was closed")
        if not self._leading:
            # Because a batch must walk the queue in order and look events up one by one,
            # whatever the statistics say: anything else re-reads the month each time.
            for planning in ("hashjoin", "mergejoin", "seqscan", "sort"):
                _run(database, f"SET enable_{planning} = off")
            if not _scalar(database, f"SELECT pg_try_advisory_lock({_LOCK})"):
                return None
            self._refuse_rewound(database)
            self._leading = True
        if self._month != at.month:
            _run(
                database,
                "SELECT audit_make_partitions(%s::date, %s::integer)",
                at.date(),
                _MONTHS_AHEAD,
            )
            self._month = at.month
        return database

    def _batch(self, database: psycopg.Connection, at: datetime) -> tuple[str, int]:
        edge, self._edge = self._edge_of(database), None
        found = _scalar(database, _SEQUENCE, self._largest_batch, edge.size)
        joined = found if isinstance(found, bytes) else b""
        if not joined:
            self._edge = edge
            _report_orphans(database)
            return "", 0
        hashes = [joined[i : i + HASH_BYTES] for i in range(0, len(joined), HASH_BYTES)]
        _store_tiles(database, edge.extend(hashes))
        root = edge.root()
        note = self._signer.sign(Checkpoint(self._signer.verifier.name, edge.size, root).text())
        _run(
            database,
            "INSERT INTO audit_checkpoint (size, root, at, note) VALUES (%s, %s, %s, %s)",
            edge.size,
            root,
            at,
            note,
        )
        _run(database, "UPDATE audit_head SET size = %s, root = %s", edge.size, root)
        self._edge = edge
        return note, len(hashes)

    def _edge_of(self, database: psycopg.Connection) -> Edge:
        size, root = _head(database, lock=True)
        edge = self._edge
        if edge is None or edge.size != size or edge.root() != root:
            edge = _load_edge(database, size)
        if edge.root() != root:
            raise LogDamaged("The tiles do not lead to the root of the head: run verify_log.")
        return edge

    def _refuse_rewound(self, database: psycopg.Connection) -> None:
        size, _ = _head(database, lock=False)
        latest = _scalar(database, "SELECT note FROM audit_checkpoint WHERE size = %s", size)
        note = published(self._directory)
        if note is not None:
            self._compare(database, size, note)
        if isinstance(latest, str) and latest != note:
            publish(self._directory, latest, self._signer.verifier)

    def _compare(self, database: psycopg.Connection, size: int, note: str) -> None:
        try:
            outside = open_checkpoint(note, self._signer.verifier)
        except BadCheckpoint as error:
            raise LogRewound(
                f"The published checkpoint in {self._directory} is not ours: {error} "
                "Bring back the key store that signed it, or open the next origin (LOG_ORIGIN)."
            ) from error
        root = _scalar(database, "SELECT root FROM audit_checkpoint WHERE size = %s", outside.size)
        if outside.size > size or root != outside.root:
            raise LogRewound(
                f"A checkpoint of size {outside.size} was published, the database stands at "
                f"{size} and does not contain it. Restore the missing end of the log, or open "
                "the next origin (LOG_ORIGIN): signing on would fork the log."
            )


def _any_waiting(database: psycopg.Connection) -> bool:
    return bool(_scalar(database, "SELECT EXISTS (SELECT FROM audit_outbox)"))


def _scalar(database: psycopg.Connection, statement: str, *parameters: object) -> object:
    row = _run(database, statement, *parameters).fetchone()
    return row[0] if row else None


def _run(
    database: psycopg.Connection, statement: str, *parameters: object
) -> psycopg.Cursor[tuple[Any, ...]]:
    # Because Django's connections make cursors that bind on the client and know no binary.
    cursor = psycopg.Cursor(database)
    return cursor.execute(statement.encode(), parameters or None, binary=True)


def _head(database: psycopg.Connection, *, lock: bool) -> tuple[int, bytes]:
    row = _run(database, _LOCKED_HEAD if lock else _HEAD).fetchone()
    if row is None:
        raise LogDamaged("The head of the log is missing: restore the database.")
    return row[0], row[1]


def _load_edge(database: psycopg.Connection, size: int) -> Edge:
    places = [open_tile(size, level) for level in range(levels(size))]
    rows = _run(
        database,
        "SELECT level, hashes FROM audit_tile JOIN unnest(%s::smallint[], %s::bigint[]) "
        "AS open_tile (level, number) USING (level, number)",
        [level for level, _ in places],
        [number for _, number in places],
    ).fetchall()
    try:
        return Edge(size, dict(rows))
    except LookupError as error:
        raise LogDamaged(f"{error} Run verify_log.") from error


def _store_tiles(database: psycopg.Connection, tiles: dict[Coordinates, bytes]) -> None:
    _run(
        database,
        _STORE_TILES,
        [level for level, _ in tiles],
        [number for _, number in tiles],
        list(tiles.values()),
    )


def _report_orphans(database: psycopg.Connection) -> None:
    count = _scalar(
        database,
        "SELECT count(*) FROM audit_outbox o WHERE NOT EXISTS "
        "(SELECT FROM audit_event e WHERE e.id = o.id AND e.at = o.at)",
    )
    if count:
        logger.error("%s events were removed before they were sequenced: run verify_log.", count)


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
