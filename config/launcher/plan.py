"""Which processes make up the service, what each is told, and how it is started."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.launcher import network
from config.launcher.options import ADDRESSES, PROJECT, Options

PYTHON = sys.executable
MANAGE = PROJECT / "manage.py"
# How many of each; an operator may say otherwise under the same name.
WEB_WORKERS = os.environ.get("WEB_WORKERS", "2")
WEB_THREADS = os.environ.get("WEB_THREADS", "4")
TASK_THREADS = os.environ.get("TASK_THREADS", "2")


@dataclass(frozen=True)
class Part:
    """One long-lived process; `within` seconds are enough for it to end politely."""

    name: str
    command: tuple[str | Path, ...]
    addresses: Mapping[str, str]
    within: float


def parts(options: Options, addresses: Mapping[str, str]) -> list[Part]:
    """The processes in the order of their start; each is told only what it needs."""

    def only(*names: str) -> dict[str, str]:
        return {name: addresses[name] for name in names}

    asking = only("DATABASE_URL", "DATABASE_POLICY_URL", "BROKER_URL")
    # Because the sequencer is its own role in the database and nothing else.
    sequencing = dict.fromkeys(
        ("DATABASE_URL", "DATABASE_SEQUENCER_URL"), addresses["DATABASE_SEQUENCER_URL"]
    )
    # Because root is how a container runs it, and the warning hides the lines that matter.
    calm = (PYTHON, "-W", "ignore:You're running the worker with superuser")
    celery = (*calm, "-m", "celery", "--quiet", "-A")
    return [
        Part("web", web(options.port), asking, 15),
        Part("sequencer", (PYTHON, MANAGE, "run_sequencer"), sequencing, 10),
        Part(
            "worker",
            (
                *celery,
                "config.celery",
                "worker",
                # Because two copies of Django in memory buy nothing: the work waits for the
                # database, and a lost step is taken up by its lease (docs/decisions).
                "--pool=threads",
                f"--concurrency={TASK_THREADS}",
                "--without-gossip",
                "--without-mingle",
                "--loglevel=INFO",
            ),
            asking,
            20,
        ),
        Part(
            "beat",
            (
                *celery,
                "config.beat",
                "beat",
                f"--schedule={options.var / 'beat'}",
                "--pidfile=",
                "--loglevel=WARNING",
            ),
            only("BROKER_URL"),
            10,
        ),
        *_witnesses(only("DATABASE_URL")),
    ]


def _witnesses(addresses: Mapping[str, str]) -> list[Part]:
    """The process that asks witnesses, where a policy names any."""
    if not os.environ.get("WITNESS_POLICY_FILE"):
        return []
    return [Part("witnesses", (PYTHON, MANAGE, "run_witness_publisher"), addresses, 10)]


def web(port: int) -> tuple[str, ...]:
    """The web server's command (chosen by measurement: docs/decisions)."""
    return (
        PYTHON,
        "-m",
        "granian",
        "--interface=wsgi",
        f"--host={network.LOOPBACK}",
        f"--port={port}",
        f"--workers={WEB_WORKERS}",
        f"--blocking-threads={WEB_THREADS}",
        "--no-ws",
        "--log-level=warning",
        "--workers-kill-timeout=5",
        "config.wsgi:application",
    )


def environment(options: Options, addresses: Mapping[str, str]) -> dict[str, str]:
    """Our environment with the addresses that a child may know, and no others."""
    kept = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
    # Because Celery sets Django up wherever this is named, and beat does without.
    django = {"DJANGO_SETTINGS_MODULE": "config.settings"} if "DATABASE_URL" in addresses else {}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return (
        kept
        | django
        | {
            "PYTHONPATH": str(PROJECT),
            "PYTHONUNBUFFERED": "1",
            "SAYSO_ENV": options.mode,
            "SAYSO_VAR_DIR": str(options.var),
            "PORT": str(options.port),
            **addresses,
        }
    )
