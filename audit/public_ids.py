"""Identifiers as callers see them: what kind of thing it is, an underscore, 32 hex digits."""

import re
from uuid import UUID

DECISION = "dec"
EVENT = "evt"
PERMIT = "prm"
CONSENT_EVENT = "rcp"
REQUEST = "req"
CHANGE = "chg"
STOP_LINK = "stp"
JOIN = "jn"
ASK = "ask"

_HEX = re.compile(r"[0-9a-f]{32}")


def shown(kind: str, identifier: UUID) -> str:
    """`dec_` and the like before the bare digits of a UUID."""
    return f"{kind}_{identifier.hex}"


def parsed(kind: str, text: str) -> UUID | None:
    """The UUID in an identifier of this kind, a bare UUID too; None for anything else."""
    digits = text.removeprefix(f"{kind}_").replace("-", "").lower()
    return UUID(hex=digits) if _HEX.fullmatch(digits) else None
