"""A log of a million entries: its size on disk, the wait for a proof, and reading it all again."""

import gc
import itertools
import os
import random
import time
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection

from audit import actions, publishing, queries
from audit.sequencer import Sequencer
from audit.verify import verify
from tests.bench import log_mix, measuring
from tests.bench.processors import used

AT_ONCE = 20_000
PROOFS = 1_500
VERIFICATIONS = 2
RELATIONS = """
    SELECT sum(pg_total_relation_size(oid)) FROM pg_class
    WHERE relkind = 'r' AND starts_with(relname, 'audit_')
"""
BODY = "SELECT body FROM audit_event WHERE id = %s"
ROWS = """
    SELECT l.index, e.id, e.at, e.kind, e.tag, e.body FROM audit_leaf l
    JOIN audit_event e ON e.id = l.event_id AND e.at = l.at ORDER BY l.index
"""


def measure(count: int) -> dict[str, float]:
    """All figures of a log that `count` entries were added to, in batches as they come."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        patterns = log_mix.lived()
        before = _scalar(owner, RELATIONS)
        ids, found = grow(patterns, count)
        owner.execute("VACUUM (ANALYZE) audit_event, audit_leaf, audit_tile, audit_outbox")
        found["bytes_per_event"] = (_scalar(owner, RELATIONS) - before) / count
        found["body_bytes"] = _scalar(owner, "SELECT avg(octet_length(body)) FROM audit_event")
    return found | proofs(ids) | verification()


def grow(patterns: list[log_mix.Pattern], count: int) -> tuple[list[UUID], dict[str, float]]:
    """Appends and sequences; the ids, and how many a second of each."""
    worker = Sequencer(signer=publishing.signer(), directory=settings.VAR_DIR / "log")
    source, ids = log_mix.entries(patterns, count), []
    appending = sequencing = 0.0
    while some := list(itertools.islice(source, AT_ONCE)):
        started = time.perf_counter()
        actions.append_many(some)
        appended = time.perf_counter()
        while worker.step(at=datetime.now(UTC)):
            pass
        appending += appended - started
        sequencing += time.perf_counter() - appended
        ids += [entry.id for entry in some]
    worker.close()
    return ids, {
        "append_many_per_s": count / appending,
        "sequenced_per_s": count / sequencing,
    }


def proofs(ids: list[UUID]) -> dict[str, float]:
    """Milliseconds of proofs of entries drawn at random, each beside reading one bare entry."""
    dice = random.Random(5)
    found: dict[str, list[float]] = {"proof": [], "bare": []}
    bare = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    gc.collect()
    gc.freeze()
    for number in range(PROOFS + PROOFS // 10):
        started = time.perf_counter()
        bare.execute(BODY, (dice.choice(ids),), prepare=True).fetchone()
        between = time.perf_counter()
        proof = queries.proof(dice.choice(ids))
        ended = time.perf_counter()
        if not proof.holds():
            raise RuntimeError("a proof does not hold")
        if number >= PROOFS // 10:
            found["bare"].append((between - started) * 1e3)
            found["proof"].append((ended - between) * 1e3)
    bare.close()
    return {
        "proof_p99_ms": measuring.percentile(found["proof"], 0.99),
        "proof_p50_ms": measuring.percentile(found["proof"], 0.5),
        "entry_p99_ms": measuring.percentile(found["bare"], 0.99),
        "entry_p50_ms": measuring.percentile(found["bare"], 0.5),
    }


def verification() -> dict[str, float]:
    """Entries verified per second of one core, ours and the server's together, beside reading
    the same rows in one go and looking at none.
    """
    rates, floors = [], []
    for _ in range(VERIFICATIONS):
        seconds, size = _core_seconds(_read_all)
        floors.append(size / seconds)
        seconds, size = _core_seconds(_verify_all)
        rates.append(size / seconds)
    return {
        "verify_rows_per_s": measuring.percentile(rates, 0.5),
        "verify_floor_rows_per_s": measuring.percentile(floors, 0.5),
    }


def _core_seconds(action: object) -> tuple[float, int]:
    connection.ensure_connection()
    backend = [connection.connection.info.backend_pid]
    own, served = time.process_time(), used(backend)
    size = action()  # type: ignore[operator]
    return time.process_time() - own + used(backend) - served, size


def _verify_all() -> int:
    result = verify(publishing.verifier_key())
    if result.problem is not None:
        raise RuntimeError(f"the log is damaged: {result.problem}")
    return result.size


def _read_all() -> int:
    with connection.connection.transaction():
        cursor = psycopg.ServerCursor(connection.connection, "bench_rows")
        cursor.execute(ROWS, binary=True)
        size = 0
        while rows := cursor.fetchmany(8_192):
            size += len(rows)
    return size


def _scalar(owner: psycopg.Connection, statement: str) -> float:
    row = owner.execute(statement).fetchone()
    assert row is not None
    return float(row[0])
