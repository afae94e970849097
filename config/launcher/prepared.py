"""Whether the embedded database is already as this code wants it.

Because `manage.py prepare` costs the import of everything only to find nothing to do, its
success is remembered beside the data it is about, with a fingerprint of the code.
"""

import hashlib
from pathlib import Path

from config.launcher import postgres
from config.launcher.options import PROJECT, Options
from config.launcher.passwords import write_private

APPS = (
    "config",
    "portal",
    "console",
    "personalization",
    "profiles",
    "consent",
    "audit",
    "keys",
)
KINDS = {".py", ".sql", ".json", ".toml", ".csv"}


def is_done(options: Options) -> bool:
    """Whether a start with these options and this code prepared this data before."""
    path = _mark(options)
    keys_are_there = (options.var / "keys").is_dir()
    return keys_are_there and path.exists() and path.read_text() == _fingerprint(options)


def remember(options: Options) -> None:
    """Note that the data is prepared."""
    write_private(_mark(options), _fingerprint(options))


def _mark(options: Options) -> Path:
    return postgres.data_place(options.var / "servers") / "prepared"


def _fingerprint(options: Options) -> str:
    """Changes with any file of ours, the locked packages, or the demonstration asked for."""
    result = hashlib.sha256(f"{options.demo}\n{options.mode}\n".encode())
    files = [path for app in APPS for path in (PROJECT / app).rglob("*") if path.suffix in KINDS]
    for path in sorted([*files, PROJECT / "requirements" / "run.txt"]):
        status = path.stat()
        result.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return result.hexdigest()
