"""What a backup says of itself: plain JSON for people, authenticated under the backup key."""

import hmac
import json
from dataclasses import asdict, dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.backups.errors import BackupRefused
from config.environment import secret
from keys.files import put_private

FORMAT = "sayso-backup@1"
NAME = "manifest.json"
_HOW = "Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One sealed file: sizes in bytes, SHA-256 (hex) of the sealed file, and what is in it."""

    kind: str
    made_at: str
    file: str
    plain_bytes: int
    sealed_bytes: int
    sha256: str
    about: dict[str, Any] = field(default_factory=dict)


def backup_keys() -> tuple[bytes, bytes]:
    """The keys that seal files and authenticate manifests, from BACKUP_KEY; BackupRefused."""
    try:
        given = bytes.fromhex(secret("BACKUP_KEY"))
    except ImproperlyConfigured as error:
        raise BackupRefused(f"{error} {_HOW}, and keep it apart from the backups.") from None
    except ValueError:
        given = b""
    if len(given) != 32:
        raise BackupRefused(f"BACKUP_KEY does not hold 32 bytes in hex. {_HOW}.")
    sealing = hmac.digest(given, b"sayso/backup-file/1", "sha256")
    return sealing, hmac.digest(given, b"sayso/backup-manifest/1", "sha256")


def digest(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def write(folder: Path, manifest: Manifest, *, key: bytes) -> None:
    """Puts the manifest in place: from then on the backup is complete."""
    content = {"format": FORMAT, **asdict(manifest)}
    text = json.dumps(content | {"mac": _mac(content, key)}, indent=2, sort_keys=True)
    put_private(folder / NAME, text.encode() + b"\n")


def read(folder: Path, *, key: bytes) -> Manifest:
    """The manifest of a complete backup whose file is whole; raises BackupRefused."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        mac = str(content.pop("mac"))
        version = content.pop("format")
        found = Manifest(**content)
    except FileNotFoundError:
        raise BackupRefused(f"{folder} holds no complete backup: {NAME} is missing.") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise BackupRefused(f"{folder / NAME} cannot be read. Take another backup.") from None
    if version != FORMAT or not hmac.compare_digest(mac, _mac({"format": version, **content}, key)):
        raise BackupRefused(
            f"{folder / NAME} was not made with this BACKUP_KEY, or was altered. Give the key "
            "that made it, or take another backup."
        )
    path = folder / found.file
    if not path.is_file() or path.stat().st_size != found.sealed_bytes:
        raise BackupRefused(f"{path} is missing or was cut short. Take another backup.")
    if digest(path) != found.sha256:
        raise BackupRefused(f"{path} is damaged. Take another backup.")
    return found


def _mac(content: dict[str, Any], key: bytes) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, canonical, "sha256").hexdigest()
