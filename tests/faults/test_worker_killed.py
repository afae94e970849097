"""`kill -9` of a worker in the middle of an export, an erasure, a change: nothing lost or twice.

The worker is the real one, with its own beat; the broker forgets nothing it need not, because
every ring that matters is rung again by the sweep.
"""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone

from audit import queries as log
from consent.actions import devices, joining
from consent.models import ChangeArrival, Subject
from consent.queries import catalogue as catalogues
from profiles import doorbell, folder
from profiles.actions import accounts, exporting, requests, vault
from profiles.models import Request, RequestStep, User
from profiles.queries import vault as reading
from tests.cast import ada, catalogue, say
from tests.profiles.acts import alone

__all__ = ["ada", "catalogue"]

pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
# A database of the broker of its own, so that no other test's worker takes our rings.
BROKER_DATABASE = 9


class Worker:
    """A Celery worker with beat, in a process group of its own."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        broker = self._broker()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "-A", "config.celery", "worker",
             "--beat", "--concurrency=1", "--without-gossip", "--without-mingle",
             f"--schedule={self._home / 'beat'}", "--loglevel=WARNING"],
            cwd=ROOT,
            env=os.environ | {"BROKER_URL": broker, "STEP_LEASE_SECONDS": "2"},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=(self._home / "worker.log").open("ab"),
        )  # fmt: skip

    def ring(self, request: Request) -> None:
        """What the web process does on commit."""
        with current_app.connection_for_write(self._broker()) as connection:
            current_app.send_task(
                doorbell.WORK, kwargs={"request_id": str(request.pk)}, connection=connection
            )

    def _broker(self) -> str:
        return f"{settings.BROKER_URL.rsplit('/', 1)[0]}/{BROKER_DATABASE}"

    def kill(self) -> None:
        """End the whole group as the kernel would: without a word."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@pytest.fixture
def worker(committed: None, tmp_path: Path) -> Iterator[Worker]:
    found = Worker(tmp_path)
    yield found
    found.kill()
    for path in folder.folder().iterdir():
        path.unlink()


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.01)


def state_of(request: Request) -> str:
    return Request.objects.values_list("state", flat=True).get(pk=request.pk)


def attempts(request: Request) -> dict[str, int]:
    steps = RequestStep.objects.filter(request=request).order_by("position")
    return dict(steps.values_list("holder", "attempts"))


def completions(request: Request) -> int:
    events = log.events(filters=log.Filters(kind="request.complete"), limit=500)
    return sum(event.facts["request"] == request.public_id for event in events)


def fill(subject_id: UUID) -> int:
    """Enough purchases that collecting them takes a while; how many."""
    leaves = catalogues.catalogue().leaves("purchases")
    blocks = [
        vault.Block(
            subject_id,
            leaf,
            [[f"{leaf}-{month}-{number}", 1 + number % 28, 1, 99, "b"] for number in range(80)],
            date(2025, month, 1),
        )
        for leaf in leaves
        for month in range(1, 13)
    ]
    alone(vault.put)(blocks=blocks, source="tests", at=timezone.now())
    return 80 * len(blocks)


@alone
def test_an_export_survives_the_death_of_its_worker(ada: UUID, worker: Worker) -> None:
    lines = fill(ada)
    request = requests.open_request(subject_id=ada, right="copy", by="portal", at=timezone.now())

    def is_writing() -> bool:
        drafts = folder.files_of(request.pk, "*.part.*")
        return any(draft.stat().st_size > 200_000 for draft in drafts)

    worker.ring(request)
    worker.start()
    wait_for(is_writing)
    worker.kill()
    assert state_of(request) == "collecting"
    before = attempts(request)
    killed = next(name for name, tries in reversed(before.items()) if tries)
    worker.start()
    wait_for(lambda: state_of(request) == "complete")

    after = attempts(request)
    assert after[killed] == 2
    assert all(tries == 1 for name, tries in after.items() if name != killed)
    assert completions(request) == 1
    chunks = exporting.open_export(request_id=request.pk, by="portal", at=timezone.now())
    archive = zipfile.ZipFile(io.BytesIO(b"".join(chunks)))
    sections = json.loads(archive.read("data.json"))["sections"]
    titles = [section["title"] for section in sections]
    assert len(titles) == len(set(titles))
    seen = next(one["rows"] for one in sections if one["title"] == "What we saw")
    bought = [row["product"] for row in seen if row.get("basket") == "b"]
    assert len(bought) == len(set(bought)) == lines
    assert [path.name for path in folder.files_of(request.pk)] == [folder.copy_name(request.pk)]


@alone
def test_an_erasure_survives_the_death_of_its_worker(ada: UUID, worker: Worker) -> None:
    accounts.create_customer(
        subject_id=ada, email="ada@lark.example", language="en", at=timezone.now()
    )
    held = sum(vault_blocks(ada).values())
    now = timezone.now()
    browser = devices.remember_signal(by="tests", at=now)
    joining.join(one=ada, other=browser, kind="device", by="portal", at=now)
    request = requests.open_request(
        subject_id=ada, right="erasure", by="portal", at=timezone.now(), undo=False
    )
    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"],
        password=owner["PASSWORD"], dbname=owner["NAME"],
    ) as bystander:  # fmt: skip
        # Because a row that somebody else holds stops the erasure in the middle, for as long as
        # it takes to kill its worker there.
        bystander.execute("SELECT 1 FROM profiles_user WHERE subject_id = %s FOR UPDATE", [ada])
        worker.ring(request)
        worker.start()
        wait_for(lambda: attempts(request)["account"] == 1)
        worker.kill()
        bystander.rollback()
    assert state_of(request) == "acting"
    assert vault_blocks(ada) == {}
    assert User.objects.filter(subject_id=ada).exists()
    worker.start()
    wait_for(lambda: state_of(request) == "complete")

    after = attempts(request)
    assert after["account"] == 2
    assert all(tries == 1 for name, tries in after.items() if name != "account")
    assert completions(request) == 1
    finished = Request.objects.get(pk=request.pk)
    assert finished.certificate is not None
    went = {one["holder"]: one["erased"] for one in finished.certificate["holders"]}
    assert went["vault"] == held + 1
    assert went["keys"] == 2
    of_browser = RequestStep.objects.filter(request=request, joined=browser)
    assert set(of_browser.values_list("attempts", flat=True)) == {1}
    assert Subject.objects.get(pk=browser).status == Subject.Status.ERASED
    assert not User.objects.filter(subject_id=ada).exists()


def vault_blocks(subject_id: UUID) -> dict[str, int]:
    return reading.inventory(subject_id)


@alone
def test_a_change_survives_the_death_of_the_worker_that_brings_it(
    ada: UUID, worker: Worker
) -> None:
    say(ada, "withdrawn", "recommendations")
    owed = ChangeArrival.objects.filter(arrived_at__isnull=True, change__subject=ada)
    names = set(owed.values_list("consumer", flat=True))
    assert names == {"queue", "recommender"}
    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"],
        password=owner["PASSWORD"], dbname=owner["NAME"],
    ) as bystander:  # fmt: skip
        # Because the row of one arrival is held, the worker dies after the other was noted.
        bystander.execute(
            "SELECT 1 FROM consent_changearrival WHERE consumer = 'recommender' FOR UPDATE"
        )
        worker.start()
        wait_for(lambda: not owed.filter(consumer="queue").exists())
        time.sleep(0.5)
        worker.kill()
        bystander.rollback()
    # Because the database may have finished the dead worker's last statement, or not.
    noted = ChangeArrival.objects.filter(consumer="queue").values_list("arrived_at", flat=True)
    before = list(noted)
    worker.start()
    wait_for(lambda: not owed.exists())

    assert list(noted) == before
