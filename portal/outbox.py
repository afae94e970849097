"""Reading the folder to which development writes its mail."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

SHOWN = 50
RULE = re.compile(rb"^-{79}\n", re.MULTILINE)
CODE = re.compile(r"\A(\d{6})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message; `code` is the sign-in code it carries, if any."""

    to: str
    subject: str
    body: str
    code: str
    at: datetime


def letters() -> list[Letter]:
    """The newest messages first, at most fifty."""
    folder = Path(settings.MAIL_DIR)
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    found: list[Letter] = []
    for file in files:
        if len(found) >= SHOWN:
            break
        at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        parts = [part for part in RULE.split(file.read_bytes()) if part.strip()]
        found += [_letter(part, at) for part in reversed(parts)]
    return found[:SHOWN]


def _letter(raw: bytes, at: datetime) -> Letter:
    message = message_from_bytes(raw, policy=policy.default)
    part = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
    body = str(part.get_content()).strip() if part else ""
    code = CODE.match(body)
    return Letter(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        body=body,
        code=code.group(1) if code else "",
        at=at,
    )
