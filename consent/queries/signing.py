"""Receipts that prove themselves: signed with a key that nobody else has (RFC 7515)."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from consent.documents import tokens
from keys import queries as keys
from keys.signatures import ALGORITHMS, Jwk

KEY = "receipt-signing"


def signed(claims: Mapping[str, Any]) -> str:
    """The compact JWS of a receipt; its `kid` is in `public_keys`."""
    algorithm = settings.RECEIPT_ALGORITHM
    header = {
        "alg": algorithm,
        "typ": tokens.TYPE,
        "kid": keys.public_jwk(KEY, algorithm)["kid"],
    }
    message = tokens.signing_input(header, claims)
    return tokens.compact(message, keys.signature(KEY, algorithm, message))


def public_keys() -> list[Jwk]:
    """What checks receipts, of every algorithm, so that old ones hold after a change."""
    return [keys.public_jwk(KEY, algorithm) for algorithm in ALGORITHMS]


def opened(token: str) -> dict[str, Any] | None:
    """The claims of a receipt that we signed; None for any other token."""
    keys_of_ours = KeySet.import_key_set({"keys": public_keys()})  # type: ignore[typeddict-item]
    try:
        found = jws.deserialize_compact(token, keys_of_ours, list(ALGORITHMS))
        claims = json.loads(found.payload)
    except (JoseError, ValueError, TypeError, RecursionError):
        return None
    ours = found.headers().get("typ") == tokens.TYPE and isinstance(claims, dict)
    return claims if ours else None
