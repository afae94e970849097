"""The published checkpoint: a file outside the database, written only after the commit.

Whoever rewinds or rewrites the database does not reach it; the sequencer refuses to sign
against it, and `verify_log` compares with it.
"""

import os
import threading
from pathlib import Path

from django.conf import settings

from audit.checkpoints import Signer, VerifierKey
from keys.queries import named_key

FILE_NAME = "checkpoint"
KEY_FILE_NAME = "vkey"
WITNESSED_NAME = "checkpoint.witnessed"
MINIMUM_FILE_NAME = "minimum_index"


def origin() -> str:
    """The name of this log, the first line of each checkpoint (setting LOG_ORIGIN)."""
    return str(getattr(settings, "LOG_ORIGIN", "localhost/sayso"))


def log_directory() -> Path:
    """Where checkpoints are published."""
    return Path(settings.VAR_DIR) / "log"


def signer() -> Signer:
    """Signs as this log; the key is the named key `log-signing`."""
    return Signer(origin(), named_key("log-signing"))


def verifier_key() -> VerifierKey:
    """What everybody needs to check our checkpoints."""
    return signer().verifier


def published(directory: Path, name: str = FILE_NAME) -> str | None:
    """The note published last under this name, or None."""
    try:
        return (directory / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def publish(directory: Path, note: str, verifier: VerifierKey) -> None:
    """Puts a note, and once the verifier key, in the place of the earlier one."""
    directory.mkdir(parents=True, exist_ok=True)
    if not (directory / KEY_FILE_NAME).exists():
        _replace(directory / KEY_FILE_NAME, f"{verifier}\n")
    _replace(directory / FILE_NAME, note)


def publish_witnessed(directory: Path, note: str) -> None:
    """Puts a note that a quorum of witnesses cosigned beside the one published last."""
    directory.mkdir(parents=True, exist_ok=True)
    _replace(directory / WITNESSED_NAME, note)


def publish_minimum(directory: Path, index: int) -> None:
    """Publishes the place from which on every body is there (C2SP tlog-tiles, pruning)."""
    directory.mkdir(parents=True, exist_ok=True)
    _replace(directory / MINIMUM_FILE_NAME, f"{index}\n")


def _replace(path: Path, text: str) -> None:
    # Because two writers, threads of one process included, must not share a draft.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
