"""What `manage.py dev` does when things go wrong: real processes, really killed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from config.launcher import postgres, processes, valkey
from config.launcher.network import LOOPBACK, free_port
from config.launcher.options import ADDRESSES, PROJECT

pytestmark = pytest.mark.timeout(240)
FORGOTTEN = {*ADDRESSES, "SAYSO_VAR_DIR", "KEYSTORE_DIR", "EXPORTS_DIR", "MAIL_DIR", "SAYSO_ENV"}


def clean(**more: str) -> dict[str, str]:
    """The environment of a terminal that knows no servers."""
    kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    return kept | {"DEMO": "none", "PYTHONUNBUFFERED": "1"} | more


def dev(**more: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py dev` where it is expected to end by itself."""
    return subprocess.run(
        [sys.executable, PROJECT / "manage.py", "dev"],
        env=clean(**more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class Service:
    """`manage.py dev` in the background, its output in a file."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.log = var.parent / f"dev-{self.port}.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, PROJECT / "manage.py", "dev"],
                env=clean(SAYSO_VAR_DIR=str(var), PORT=str(self.port)),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.sessions: list[tuple[int, int]] = []
        self._know(self._wait_for_ready())

    def _know(self, run: dict[str, dict[str, int]]) -> None:
        self.run = run
        self.sessions += [
            (pid, status.started)
            for pid in run["pids"].values()
            if (status := processes.stat_of(pid))
        ]

    def ready_again_within(self, seconds: float, *, without: int, name: str) -> bool:
        """Whether `name` runs again under another number, and the service says it is ready."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            run = json.loads((self.var / "run.json").read_text())
            if run["pids"][name] != without and self._answers("/readyz"):
                self._know(run)
                return True
            time.sleep(0.1)
        return False

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5):
                return True
        except OSError:
            return False

    def _wait_for_ready(self, within: float = 120) -> dict[str, dict[str, int]]:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline and self.process.poll() is None:
            if f"\nREADY http://127.0.0.1:{self.port}" in f"\n{self.log.read_text()}":
                return json.loads((self.var / "run.json").read_text())
            time.sleep(0.1)
        raise AssertionError(f"not ready:\n{self.log.read_text()[-3000:]}")

    def members(self) -> list[int]:
        """Every live process of this run, children of children included."""
        found = []
        for pid, started in self.sessions:
            found += processes.in_session(pid, started=started)
        return found

    def gone_within(self, seconds: float) -> bool:
        """Whether no process of this run is left after at most `seconds`."""
        deadline = time.monotonic() + seconds
        while self.members():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def kill_everything(self) -> None:
        """kill -9 for each process of the run, the supervisor first."""
        for pid in (self.process.pid, *self.members()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()


@contextmanager
def reachable() -> Iterator[Path]:
    """A temporary folder that the account which runs PostgreSQL for root can pass through."""
    with tempfile.TemporaryDirectory(prefix="sayso-launcher-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of its own for one test."""
    with reachable() as folder:
        yield folder


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """One data folder for the whole module, so that only the first start is a first start."""
    with reachable() as folder:
        yield folder / "var"


@pytest.fixture
def service(var: Path) -> Iterator[Service]:
    """A running service; killed afterwards whatever happened."""
    running = Service(var)
    yield running
    running.kill_everything()


def test_one_run_per_folder_and_ctrl_c_stops_everything_and_exits_0(service: Service) -> None:
    run_file = service.var / "run.json"
    assert run_file.stat().st_mode & 0o777 == 0o600
    names = {"dev", "postgres", "valkey", "web", "sequencer", "worker", "beat"}
    assert set(service.run["pids"]) == names
    assert len(service.members()) > len(names)
    second = dev(SAYSO_VAR_DIR=str(service.var), PORT=str(free_port()))
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert service.process.poll() is None

    service.process.send_signal(signal.SIGINT)

    assert service.process.wait(60) == 0
    assert service.gone_within(0)
    assert not run_file.exists()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, service.port))


def test_after_kill_9_of_everything_the_data_is_kept(var: Path) -> None:
    first = Service(var)
    with psycopg.connect(str(first.run["database_url"])) as app:
        app.execute("INSERT INTO django_session VALUES ('kept', 'v', now()) ON CONFLICT DO NOTHING")
    first.kill_everything()

    again = Service(var)

    try:
        with psycopg.connect(str(again.run["database_url"])) as app:
            found = app.execute("SELECT 1 FROM django_session WHERE session_key = 'kept'")
            assert found.fetchone() == (1,)
        # And where only the supervisor is killed, nothing that it started goes on.
        again.process.kill()
        again.process.wait()
        assert again.gone_within(30)
    finally:
        again.kill_everything()


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["postgres", "valkey", "web", "worker", "sequencer", "beat"])
def test_a_child_that_is_killed_comes_back(service: Service, victim: str) -> None:
    before = service.run["pids"][victim]
    os.kill(before, signal.SIGKILL)

    assert service.ready_again_within(60, without=before, name=victim)
    assert f"{victim} has ended by itself (by signal SIGKILL)" in service.log.read_text()


@pytest.mark.slow
def test_a_child_that_keeps_dying_stops_all_and_says_which(service: Service) -> None:
    for _ in range(3):
        before = service.run["pids"]["beat"]
        os.kill(before, signal.SIGKILL)
        assert service.ready_again_within(60, without=before, name="beat")
    os.kill(service.run["pids"]["beat"], signal.SIGKILL)

    assert service.process.wait(60) == 1
    assert "Everything is stopped" in service.log.read_text()
    assert service.gone_within(0)


def test_a_taken_port_is_named_and_nothing_is_started(home: Path) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]

        ended = dev(SAYSO_VAR_DIR=str(home / "var"), PORT=str(port))

    assert ended.returncode == 1
    assert f"Port {port} is taken" in ended.stderr
    assert re.search(r"PORT=\d+ make run", ended.stderr)
    assert not (home / "var" / "servers").exists()


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"PORT": "many"}, "PORT is 'many'; set it to a number"),
        ({"DEMO": "huge"}, "DEMO is 'huge'; set it to one of full, small, none"),
        ({"SAYSO_ENV": "prod"}, "SAYSO_ENV is 'prod'; set it to"),
        ({"SAYSO_ENV": "production"}, "refuse to run with SAYSO_ENV=production"),
        ({"DATABASE_URL": "postgresql://a@127.0.0.1/b"}, "Set both DATABASE_URL"),
    ],
)
def test_a_wrong_setting_is_answered_with_the_right_one(
    home: Path, told: dict[str, str], message: str
) -> None:
    ended = dev(**{"SAYSO_VAR_DIR": str(home), "PORT": str(free_port())} | told)

    assert ended.returncode == 1
    assert message in ended.stderr


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://a:hidden@127.0.0.1:{closed}/sayso", "cannot be used: connection failed"),
        ("mysql://a:hidden@127.0.0.1/sayso", "is not a PostgreSQL address"),
        ("postgresql://a:hidden@[::1/sayso", "is not a PostgreSQL address"),
    ],
)
def test_a_database_that_is_down_or_misnamed_is_said_without_its_password(
    home: Path, url: str, message: str
) -> None:
    address = url.format(closed=free_port())

    ended = dev(
        SAYSO_VAR_DIR=str(home),
        PORT=str(free_port()),
        DATABASE_URL=address,
        DATABASE_OWNER_URL=address,
    )

    assert ended.returncode == 1
    assert message in ended.stderr
    assert "DATABASE_OWNER_URL" in ended.stderr
    assert "hidden" not in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_broker_that_is_down_is_said_and_the_database_stopped(home: Path) -> None:
    closed = free_port()

    ended = dev(
        SAYSO_VAR_DIR=str(home),
        PORT=str(free_port()),
        BROKER_URL=f"redis://:hidden@127.0.0.1:{closed}/0",
    )

    assert ended.returncode == 1
    assert f"does not answer at 127.0.0.1:{closed}" in ended.stderr
    assert "hidden" not in ended.stderr
    data = postgres.data_place(home / "servers") / "data"
    assert processes.working_in(data, program="postgres") == []


def test_a_lost_password_file_is_said_with_the_way_out(home: Path) -> None:
    postgres.start(home / "servers").stop()
    (home / "servers" / "postgres.json").unlink()

    ended = dev(SAYSO_VAR_DIR=str(home), PORT=str(free_port()))

    assert ended.returncode == 1
    assert "make demo-reset" in ended.stderr


def test_killed_servers_start_again_with_what_they_had(home: Path) -> None:
    database, broker = postgres.start(home), valkey.start(home)
    with psycopg.connect(database.url(postgres.OWNER)) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    for child in (database.child, broker.child):
        child.kill()
    # Because an orphan keeps running for a moment, nobody waits for it here.
    database, broker = postgres.start(home), valkey.start(home)

    try:
        with psycopg.connect(database.url(postgres.OWNER)) as owner:
            assert owner.execute("SELECT answer FROM kept").fetchone() == (42,)
    finally:
        database.stop()
        broker.stop()


def test_a_server_left_running_by_a_killed_run_is_replaced(home: Path) -> None:
    orphan = postgres.start(home)

    successor = postgres.start(home)

    try:
        assert orphan.child.wait(10) == 0
        assert successor.child.poll() is None
    finally:
        successor.stop()


def test_a_stale_pid_file_that_names_a_stranger_does_no_harm(home: Path) -> None:
    postgres.start(home).stop()
    stranger = subprocess.Popen(["sleep", "60"])
    place = postgres.data_place(home) / "data"
    (place / "postmaster.pid").write_text(f"{stranger.pid}\n{place}\n0\n5432\n\n\n")

    try:
        postgres.start(home).stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
