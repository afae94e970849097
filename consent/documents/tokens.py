"""The signed receipt: a JWT (RFC 7519) whose claims hold the internal record and the log proof."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from consent.documents import records
from consent.documents.facts import EventFacts

TYPE: Final = "consent-receipt+jwt"


def claims(facts: EventFacts, log: Mapping[str, Any]) -> dict[str, Any]:
    """The claims; `log` is what `proved.log_member` says of the entry."""
    return {
        "iss": facts.site,
        "sub": facts.person,
        "jti": facts.receipt_id,
        "iat": int(facts.as_of.timestamp()),
        "receipt": records.render(facts),
        "log": dict(log),
    }


def signing_input(header: Mapping[str, Any], payload: Mapping[str, Any]) -> bytes:
    """What a JWS signs in its compact form (RFC 7515, section 5.1)."""
    return b".".join(_part(part) for part in (header, payload))


def compact(signed: bytes, signature: bytes) -> str:
    """The three parts of a JWS."""
    return f"{signed.decode()}.{_base64url(signature).decode()}"


def _part(part: Mapping[str, Any]) -> bytes:
    return _base64url(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())


def _base64url(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
