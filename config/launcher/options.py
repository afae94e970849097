"""What the person at the terminal asked for, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.launcher.errors import LauncherError

PROJECT = Path(__file__).resolve().parent.parent.parent
DEMOS = ("full", "small", "none")
# The addresses that no child may see unless the plan gives it that one.
ADDRESSES = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_POLICY_URL",
    "DATABASE_SEQUENCER_URL",
    "DATABASE_PRUNER_URL",
    "DATABASE_OFFICER_URL",
    "BROKER_URL",
)


@dataclass(frozen=True)
class Options:
    """One run: `addresses` holds the servers that are given, empty where ours are used."""

    mode: str
    port: int
    demo: str
    var: Path
    addresses: Mapping[str, str]

    @property
    def own_database(self) -> bool:
        """Whether the embedded PostgreSQL is to be started."""
        return "DATABASE_URL" not in self.addresses

    @property
    def own_broker(self) -> bool:
        """Whether the embedded Valkey is to be started."""
        return "BROKER_URL" not in self.addresses


def var_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where everything that a run makes is kept."""
    return Path(environ.get("SAYSO_VAR_DIR") or PROJECT / "var").resolve()


def read(environ: Mapping[str, str] = os.environ) -> Options:
    """The options of this run; raises LauncherError that says which variable to change."""
    mode = environ.get("SAYSO_ENV") or "development"
    addresses = {name: environ[name] for name in ADDRESSES if environ.get(name)}
    if mode not in {"development", "test", "production"}:
        raise LauncherError(f"SAYSO_ENV is {mode!r}; set it to development or production.")
    if mode == "production" and not {"DATABASE_URL", "BROKER_URL"} <= addresses.keys():
        raise LauncherError(
            "The embedded PostgreSQL and Valkey are for development and refuse to run with "
            "SAYSO_ENV=production. Set DATABASE_URL, DATABASE_OWNER_URL and BROKER_URL to "
            "servers of yours (docs/operators.md)."
        )
    if ("DATABASE_URL" in addresses) != ("DATABASE_OWNER_URL" in addresses):
        raise LauncherError(
            "Set both DATABASE_URL (the restricted role of the application) and "
            "DATABASE_OWNER_URL (the role that owns the tables and migrates), or neither."
        )
    demo = environ.get("DEMO") or ("none" if mode == "production" else "full")
    if demo not in DEMOS:
        raise LauncherError(f"DEMO is {demo!r}; set it to one of {', '.join(DEMOS)}.")
    return Options(mode, _port(environ), demo, var_folder(environ), addresses)


def _port(environ: Mapping[str, str]) -> int:
    text = environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LauncherError(f"PORT is {text!r}; set it to a number from 1 to 65535.")
    return int(text)
