"""What the log costs whoever writes: processor, throughput, and the wait for a signed head."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings

from tests.bench import checkpoints_seen, measuring, processes
from tests.bench.processors import used

WRITERS = 8
ROUNDS, SECONDS = 5, float(os.environ.get("BENCH_SECONDS", "3"))
SLOW_SECONDS = 2.0
CPU_ROUNDS, CPU_TIMES = 9, 250
AT_MOST = 10_000_000
FLOORS = """
CREATE TABLE bench_work (id uuid PRIMARY KEY, at timestamptz NOT NULL, purpose text NOT NULL);
CREATE TABLE bench_chain (number bigint PRIMARY KEY, hash bytea NOT NULL, body bytea NOT NULL);
INSERT INTO bench_chain VALUES (0, sha256(''), '');
GRANT INSERT, SELECT ON bench_work TO sayso_app;
CREATE FUNCTION bench_chain_append(given bytea) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE tail bench_chain;
BEGIN
    -- Whoever waited for the last row finds that it is the last no more, and looks again.
    LOOP
        SELECT * INTO tail FROM bench_chain ORDER BY number DESC LIMIT 1 FOR UPDATE;
        EXIT WHEN NOT EXISTS (SELECT FROM bench_chain WHERE number > tail.number);
    END LOOP;
    INSERT INTO bench_chain VALUES (tail.number + 1, sha256(tail.hash || given), given);
END $$;
GRANT EXECUTE ON FUNCTION bench_chain_append TO sayso_app;
"""


class Writers:
    """So many processes that write at once."""

    def __init__(self, children: list[subprocess.Popen[str]]) -> None:
        self._children = children
        self.backends = [int(_line(child)) for child in children]

    def work(self, kind: str, *, seconds: float, times: int = AT_MOST) -> "Written":
        """All write for so long; each at most `times` transactions."""
        for child in self._children:
            assert child.stdin is not None
            child.stdin.write(f"{kind} {seconds} {times}\n")
            child.stdin.flush()
        return Written([json.loads(_line(child)) for child in self._children])


class Written:
    """What the writers did in one round."""

    def __init__(self, results: list[dict]) -> None:
        self.done = sum(result["done"] for result in results)
        self.per_second = sum(result["done"] / result["seconds"] for result in results)
        self.samples: list[tuple[str, float]] = [
            (event, at) for result in results for event, at in result["samples"]
        ]


def measure() -> dict[str, float]:
    """All figures of writing, in interleaved rounds on one server."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(FLOORS)
        with (
            writers(WRITERS) as many,
            processes.process([sys.executable, "manage.py", "run_sequencer"]),
            checkpoints_seen.watching(settings.VAR_DIR / "log") as seen,
        ):
            many.work("audited", seconds=1)
            sequenced(owner)
            found = processor(many, owner)
            found |= throughput(many, owner, seen)
            found |= beside_the_chain(many, owner)
        _require_a_chain(owner)
    return found


def processor(many: Writers, owner: psycopg.Connection) -> dict[str, float]:
    """Microseconds of the backends that each event adds to a transaction."""
    spent: dict[str, list[float]] = {"bare": [], "audited": []}
    for _ in range(CPU_ROUNDS):
        for kind, values in spent.items():
            before = used(many.backends)
            written = many.work(kind, seconds=60, times=CPU_TIMES)
            values.append((used(many.backends) - before) / written.done * 1e6)
        sequenced(owner)
    added = [log - base for log, base in zip(spent["audited"], spent["bare"], strict=True)]
    return {
        "audit_cpu_us": measuring.percentile(added, 0.5),
        "audit_cpu_base_us": measuring.percentile(spent["bare"], 0.5),
    }


def throughput(
    many: Writers, owner: psycopg.Connection, seen: checkpoints_seen.Seen
) -> dict[str, float]:
    """Transactions per second with the log and without; from commits to their signed heads."""
    rates: dict[str, list[float]] = {"bare": [], "audited": []}
    waits: list[float] = []
    for _ in range(ROUNDS):
        rates["bare"].append(many.work("bare", seconds=SECONDS).per_second)
        written = many.work("audited", seconds=SECONDS)
        rates["audited"].append(written.per_second)
        sequenced(owner)
        waits += seen.waits(owner, written.samples)
    return {
        "audit_vs_base": measuring.ratio(rates, "audited", "bare"),
        "audit_events_per_s": measuring.percentile(rates["audited"], 0.5),
        "audit_base_per_s": measuring.percentile(rates["bare"], 0.5),
        "checkpoint_p99_ms": measuring.percentile(waits, 0.99) * 1e3,
        "checkpoint_p50_ms": measuring.percentile(waits, 0.5) * 1e3,
    }


def beside_the_chain(many: Writers, owner: psycopg.Connection) -> dict[str, float]:
    """The same with 5 ms of work left in the transaction: this log, a row-chain, and neither."""
    kinds = ("bare", "audited", "chained")
    rates: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(ROUNDS):
        for kind in kinds:
            rates[kind].append(many.work(f"{kind}-slow", seconds=SLOW_SECONDS).per_second)
            sequenced(owner)
    return {
        "audit_vs_rowchain": measuring.ratio(rates, "audited", "chained"),
        "audit_slow_vs_base": measuring.ratio(rates, "audited", "bare"),
        "rowchain_per_s": measuring.percentile(rates["chained"], 0.5),
    }


def sequenced(owner: psycopg.Connection) -> None:
    """Waits until nothing waits, so that no round pays for the one before."""
    deadline = time.monotonic() + 60
    while owner.execute("SELECT EXISTS (SELECT FROM audit_outbox)").fetchone() != (False,):
        if time.monotonic() > deadline:
            raise TimeoutError("the sequencer does not come after")
        time.sleep(0.05)


@contextmanager
def writers(count: int) -> Iterator[Writers]:
    """So many writers for the length of a `with`."""
    command = [sys.executable, "-m", "tests.bench.log_writers"]
    children = [
        subprocess.Popen(
            command, cwd=processes.ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(count)
    ]
    try:
        yield Writers(children)
    finally:
        for child in children:
            child.communicate()


def _require_a_chain(owner: psycopg.Connection) -> None:
    # Because a chain that forks would be no peer.
    row = owner.execute(
        "SELECT count(*) FROM bench_chain c JOIN bench_chain b ON b.number = c.number - 1 "
        "WHERE c.hash <> sha256(b.hash || c.body)"
    ).fetchone()
    if row != (0,):
        raise RuntimeError("the row-chain of the comparison is none")


def _line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        raise RuntimeError("a writer ended before its time")
    return line
