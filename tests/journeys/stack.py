"""The whole service, live, for the journeys: a database of its own, web, sequencer, worker."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from config.launcher import network
from config.launcher.plan import web
from tests.conftest import RUN, TEMPLATE, WORKER, as_owner, drop

ROOT = Path(__file__).resolve().parents[2]
DATABASE = f"journey_{RUN}_{WORKER}"
ROLES = {"default": "DATABASE_URL", "policy": "DATABASE_POLICY_URL",
         "sequencer": "DATABASE_SEQUENCER_URL"}  # fmt: skip
PATIENCE = 60
ONE = "--workers=1"


@dataclass(frozen=True)
class Stack:
    """A running service: where it is, who is in it, and its database as the owner sees it."""

    url: str
    people: dict[str, Any]
    database: str
    mail: Path
    environment: dict[str, str]

    def keys_that_exist(self) -> dict[str, bytes]:
        """Every data key that the key store still gives out, by subject."""
        kept = _program("tests.journeys.key_store", self.environment)
        return {subject: bytes.fromhex(key) for subject, key in kept.items()}

    def owner(self) -> psycopg.Connection:
        """A connection that may read everything."""
        return as_owner(self.database)


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """Start everything in `folder`, stop it afterwards in reverse."""
    environment = _environment(folder)
    _database()
    people = _program("tests.journeys.market", environment)
    port = network.free_port()
    environment |= {"PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}"}
    celery = (sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "config.celery",
              "worker", "--concurrency=1", "--without-gossip", "--without-mingle",
              "--loglevel=WARNING")  # fmt: skip
    commands = {
        "sequencer": (sys.executable, str(ROOT / "manage.py"), "run_sequencer"),
        "worker": celery,
        "web": tuple(
            "--workers=1" if word.startswith("--workers=") else word for word in web(port)
        ),
    }
    with ExitStack() as processes:
        processes.callback(_drop_database)
        for name, command in commands.items():
            processes.enter_context(_process(name, command, environment, folder))
        _wait(f"http://127.0.0.1:{port}/healthz", folder)
        yield Stack(f"http://127.0.0.1:{port}", people, DATABASE, folder / "mail", environment)


def _environment(folder: Path) -> dict[str, str]:
    environment = dict(os.environ)
    environment.pop("DATABASE_OWNER_URL", None)
    for alias, variable in ROLES.items():
        known = settings.DATABASES[alias]
        environment[variable] = (
            f"postgresql://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}"
            f"/{DATABASE}"
        )
    # Because the workers of two stacks on one broker would take each other's bells.
    number = 1 + sum(WORKER.encode()) % 15
    broker = environment["BROKER_URL"].rsplit("/", 1)[0]
    for name in ("keys", "exports", "mail"):
        (folder / name).mkdir(mode=0o700, parents=True)
    return environment | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
        "SAYSO_ENV": "test",
        "SAYSO_VAR_DIR": str(folder),
        "KEYSTORE_DIR": str(folder / "keys"),
        "EXPORTS_DIR": str(folder / "exports"),
        "MAIL_DIR": str(folder / "mail"),
        "BROKER_URL": f"{broker}/{number}",
    }


def _database() -> None:
    """A copy of the migrated template for these journeys alone."""
    with as_owner("postgres") as maintenance:
        drop(maintenance, DATABASE)
        maintenance.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(DATABASE), sql.Identifier(TEMPLATE)
            )
        )
        for alias in ROLES:
            maintenance.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(settings.DATABASES[alias]["USER"])
                )
            )


def _drop_database() -> None:
    with as_owner("postgres") as maintenance:
        drop(maintenance, DATABASE)


def _program(module: str, environment: dict[str, str]) -> dict[str, Any]:
    """What a program of the tests prints, run against the service's database and keys."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


@contextmanager
def _process(
    name: str, command: tuple[str, ...], environment: dict[str, str], folder: Path
) -> Iterator[None]:
    with (folder / f"{name}.log").open("wb") as out:
        child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            yield
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _wait(address: str, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError((folder / "web.log").read_text()[-2000:])
