"""`kill -9` of writers and sequencers at any moment: no event lost, none twice, no fork."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from audit import actions, publishing
from audit.checkpoints import open_checkpoint
from audit.models import Event, Leaf, Pending, SignedHead
from audit.verify import verify

ROOT = Path(__file__).parents[2]
WRITER = """
import random, time
import django
django.setup()
from datetime import UTC, datetime
from django.db import transaction
from audit import actions
print("ready", flush=True)
while True:
    time.sleep(0.002)
    with transaction.atomic():
        for _ in range(random.randint(1, 4)):
            actions.append(kind="use", at=datetime.now(UTC), facts={"n": random.randint(0, 9)})
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


@pytest.mark.parametrize(
    ("writers", "kills"), [(2, 4), pytest.param(8, 40, marks=pytest.mark.slow)]
)
def test_killing_at_random_loses_nothing(processes: Processes, writers: int, kills: int) -> None:
    chance = random.Random(7)
    writing = [processes.writer() for _ in range(writers)]
    sequencing = [processes.sequencer() for _ in range(2)]
    for process in writing:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    published = []
    for _ in range(kills):
        time.sleep(chance.uniform(0.1, 0.9))
        if chance.random() < 0.6:
            victim = chance.choice(sequencing)
            processes.kill(victim)
            sequencing[sequencing.index(victim)] = processes.sequencer()
        else:
            victim = chance.choice(writing)
            processes.kill(victim)
            writing[writing.index(victim)] = processes.writer()
        if note := note_published():
            published.append(open_checkpoint(note, publishing.verifier_key()))
    for process in writing:
        processes.kill(process)
    wait_until_sequenced()
    time.sleep(0.5)
    result = verify(publishing.verifier_key(), outside=published)
    assert result.problem is None
    assert result.size == Event.objects.count() == Leaf.objects.count() > 0
    assert note_published() == SignedHead.objects.order_by("-size")[0].note
