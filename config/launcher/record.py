"""What a run leaves on disk about itself, for tools and for the next run."""

import contextlib
import fcntl
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.launcher import processes
from config.launcher.errors import LauncherError
from config.launcher.passwords import write_private
from config.launcher.supervisor import Member

TOUR_KEYS = ("partner", "partner2", "officer", "customers")


@contextlib.contextmanager
def only_run(var: Path) -> Iterator[None]:
    """Hold the lock of `var`; raises LauncherError where another run holds it."""
    # Because the account that runs PostgreSQL for root must pass through; files are 0600.
    var.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (var / "dev.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise LauncherError(
                f"Sayso already runs from {var} (process {holder}). Stop it with Ctrl-C, or set "
                "SAYSO_VAR_DIR and PORT for a second one."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def remember(var: Path, members: list[Member]) -> None:
    """Note who was started, so that the next run can end what a kill left behind."""
    known = [{"name": m.name, "pid": m.child.pid, "started": m.started} for m in members]
    write_private(var / "processes.json", json.dumps(known))


def end_leftovers(var: Path) -> list[str]:
    """End processes of a run that was killed; gives their names. The lock must be held."""
    path = var / "processes.json"
    (var / "run.json").unlink(missing_ok=True)
    if not path.exists():
        return []
    ended = []
    # Because the database should outlive those that use it.
    for entry in reversed(json.loads(path.read_text())):
        if _end(int(entry["pid"]), int(entry["started"]), entry["name"]):
            ended.append(str(entry["name"]))
    path.unlink()
    return ended


def _end(pid: int, started: int, name: str) -> bool:
    def members() -> list[int]:
        return processes.in_session(pid, started=started)

    found = members()
    if found and name not in {"postgres", "valkey"}:
        processes.end(members, signals=(signal.SIGTERM,), patience=5)
    # Because servers are ended by the module that knows which signal they want.
    return bool(found)


def tour(var: Path) -> dict[str, Any]:
    """The tour's logins that the demo loader wrote, or nothing."""
    path = var / "tour.json"
    if not path.exists():
        return {}
    found = json.loads(path.read_text())
    return {key: found[key] for key in TOUR_KEYS if key in found}


def publish(var: Path, *, base_url: str, addresses: dict[str, str], members: list[Member]) -> None:
    """Write run.json (0600): addresses, process ids and the tour's logins."""
    run = {
        "base_url": base_url,
        "database_url": addresses["DATABASE_URL"],
        "database_owner_url": addresses["DATABASE_OWNER_URL"],
        "broker_url": addresses["BROKER_URL"],
        "pids": {"dev": os.getpid()} | {m.name: m.child.pid for m in members},
        **tour(var),
    }
    write_private(var / "run.json", json.dumps(run, indent=1, ensure_ascii=False))


def withdraw(var: Path) -> None:
    """Remove what says that a run is going on."""
    for name in ("run.json", "processes.json"):
        (var / name).unlink(missing_ok=True)
