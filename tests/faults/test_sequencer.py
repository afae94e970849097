"""`kill -9` of writers and sequencers at any moment: no event lost, none twice, no fork."""

import itertools
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from audit import actions, merkle, publishing, queries
from audit.checkpoints import Checkpoint, open_checkpoint
from audit.models import Event, Head, Leaf, Pending, SignedHead, Tile
from audit.verify import verify
from tests.faults import rfc6962

ROOT = Path(__file__).parents[2]
WRITER = """
import random, time
import django
django.setup()
from datetime import UTC, datetime
from django.db import connection, transaction
from audit import actions
print("ready", flush=True)
while True:
    time.sleep(0.002)
    with transaction.atomic():
        for _ in range(random.randint(1, 4)):
            facts = {"n": random.randint(0, 9)}
            event = actions.append(kind="use", at=datetime.now(UTC), facts=facts)
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO chaos_decision VALUES (%s)", [event])
        if random.random() < 0.1:
            transaction.set_rollback(True)
"""


class Processes:
    """Starts processes of the service on this test's database, and ends what is left."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[str]] = []

    def sequencer(self) -> subprocess.Popen[str]:
        return self._start([sys.executable, "manage.py", "run_sequencer"])

    def writer(self) -> subprocess.Popen[str]:
        return self._start([sys.executable, "-c", WRITER])

    def _start(self, command: list[str]) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
        )
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[str]) -> None:
        process.kill()
        process.wait()
        self.running.remove(process)


@pytest.fixture
def processes(
    committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Processes]:
    """Processes that publish into a folder of this test."""
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    monkeypatch.setenv("SAYSO_VAR_DIR", str(tmp_path))
    started = Processes()
    yield started
    for process in list(started.running):
        started.kill(process)


def wait_until_sequenced(seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while Pending.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Pending.objects.exists()


def note_published() -> str:
    return publishing.published(publishing.log_directory()) or ""


def test_the_process_stops_cleanly(processes: Processes) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        process = processes.sequencer()
        actions.append(kind="use", at=datetime.now(UTC), facts={})
        wait_until_sequenced()
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    assert verify(publishing.verifier_key()).problem is None


def test_the_process_outlives_lost_connections(processes: Processes) -> None:
    process = processes.sequencer()
    for _ in range(3):
        actions.append(kind="use", at=datetime.now(UTC), facts={})
        wait_until_sequenced()
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE usename = %s AND datname = current_database()",
                [settings.DATABASES["sequencer"]["USER"]],
            )
            assert cursor.fetchone()[0] >= 1
        connections["owner"].close()
    actions.append(kind="use", at=datetime.now(UTC), facts={})
    wait_until_sequenced()
    assert process.poll() is None
    assert verify(publishing.verifier_key()).size == 4


def test_a_second_process_takes_over(processes: Processes) -> None:
    first, second = processes.sequencer(), processes.sequencer()
    actions.append(kind="use", at=datetime.now(UTC), facts={})
    wait_until_sequenced()
    processes.kill(first)
    actions.append(kind="use", at=datetime.now(UTC), facts={})
    wait_until_sequenced()
    assert second.poll() is None
    assert verify(publishing.verifier_key()).size == 2


@pytest.fixture
def decisions(committed: None) -> Iterator[Callable[[], list[UUID]]]:
    """What the writers decide, each in the transaction of its event."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE chaos_decision (event uuid)")
        cursor.execute("GRANT INSERT, SELECT ON chaos_decision TO CURRENT_USER, sayso_app")

    def read() -> list[UUID]:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT event FROM chaos_decision")
            return [event for (event,) in cursor.fetchall()]

    yield read
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TABLE chaos_decision")
    connections["owner"].close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("writers", "seconds"), [(2, 3), pytest.param(8, 30, marks=pytest.mark.slow)]
)
def test_killing_at_random_loses_nothing(
    processes: Processes, decisions: Callable[[], list[UUID]], writers: int, seconds: float
) -> None:
    chance = random.Random(7)
    writing = [processes.writer() for _ in range(writers)]
    sequencing = [processes.sequencer() for _ in range(2)]
    for process in writing:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    published: dict[str, Checkpoint] = {}
    deadline = time.monotonic() + seconds
    next_kill = time.monotonic() + 0.1
    while time.monotonic() < deadline:
        # Because the one that works publishes right after its commit, a kill hits the publisher.
        if note := note_published():
            published[note] = open_checkpoint(note, publishing.verifier_key())
        time.sleep(0.02)
        if time.monotonic() < next_kill:
            continue
        next_kill = time.monotonic() + chance.uniform(0.1, 0.9)
        group, again = chance.choice(
            [(sequencing, processes.sequencer), (sequencing, processes.sequencer),
             (writing, processes.writer)]
        )  # fmt: skip
        victim = chance.choice(group)
        processes.kill(victim)
        group[group.index(victim)] = again()
    for process in writing:
        processes.kill(process)
    # Because processes may start slowly on a busy machine.
    wait_until_sequenced(120)
    time.sleep(0.5)
    judge(decisions(), list(published.values()), chance)
    result = verify(publishing.verifier_key(), outside=published.values())
    assert result.problem is None
    assert note_published() == SignedHead.objects.order_by("-size")[0].note


def judge(decided: list[UUID], published: list[Checkpoint], chance: random.Random) -> None:
    """Every decision has one place, and whatever was signed is the root of a beginning."""
    order = list(Leaf.objects.order_by("index").values_list("index", "event_id"))
    bodies = {event: bytes(body) for event, body in Event.objects.values_list("id", "body")}
    assert [index for index, _ in order] == list(range(len(order)))
    assert sorted(event for _, event in order) == sorted(decided) == sorted(bodies)
    entries = [bodies[event] for _, event in order]
    latest, head = rfc6962.head(entries), Head.objects.get()
    assert (head.size, bytes(head.root)) == (len(entries), latest)
    signed = {size: bytes(root) for size, root in SignedHead.objects.values_list("size", "root")}
    assert signed[len(entries)] == latest
    hashes = Tile.objects.filter(level=0).order_by("number").values_list("hashes", flat=True)
    leaves = [sha256(b"\x00" + body).digest() for body in entries]
    assert b"".join(map(bytes, hashes)) == b"".join(leaves)
    assert all(signed.get(seen.size) == seen.root for seen in published)
    # Because two roots of beginnings of one list are consistent by definition.
    some = chance.sample(sorted(signed), min(20, len(signed)))
    assert [signed[size] for size in some] == [rfc6962.head(entries[:size]) for size in some]
    for older, newer in itertools.pairwise(sorted(some)):
        proof = queries.consistency(older, newer)
        assert merkle.verify_consistency(older, newer, signed[older], signed[newer], proof)
