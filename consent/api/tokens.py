"""Access tokens: signed, short-lived, and true by themselves, so that no request looks them up.

JWT access tokens (RFC 9068) under HS256 with a named key of the key store. A token lives for
at most ten minutes and is not revoked before; a paused recipient is refused at the gate.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from consent.api.problems import Problem
from consent.models import Recipient
from keys import queries as keys

LONGEST_LIFE = 600
TYPE = "at+jwt"
_KEPT = 4096


class Caller(NamedTuple):
    """Who asks: an OAuth client, the recipient it speaks for, and what it may do."""

    client_id: str
    recipient: str
    first_party: bool
    scopes: frozenset[str]
    expires: int

    @property
    def is_authenticated(self) -> bool:
        """True: Django REST Framework asks it of every user."""
        return True


_verified: dict[str, Caller] = {}


def generate(request: Any, refresh_token: bool = False) -> str:
    """The access token for an OAuthlib request whose client is known and scopes are checked."""
    client, now = request.client, int(timezone.now().timestamp())
    claims = {
        "iss": settings.BASE_URL,
        "aud": settings.BASE_URL,
        "sub": client.client_id,
        "client_id": client.client_id,
        "recipient": client.recipient_id,
        "first_party": client.recipient.role == Recipient.Role.FIRST_PARTY,
        "scope": " ".join(request.scopes or ()),
        "iat": now,
        "exp": now + min(request.expires_in, LONGEST_LIFE),
        "jti": uuid4().hex,
    }
    return jwt.encode({"alg": "HS256", "typ": TYPE}, claims, _key())


def _key() -> OctKey:
    return OctKey.import_key(keys.named_key("access-token"))


def caller_of(authorization: str, *, at: datetime) -> Caller:
    """The caller behind an Authorization header; raises Problem (401, with the challenge)."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _refusal(
            "TOKEN_MISSING",
            "The request carries no Bearer token.",
            fix="Get one at POST /oauth/token and send it as Authorization: Bearer.",
            error="",
        )
    moment = at.timestamp()
    caller = _verified.get(token)
    if caller is None:
        caller = _verify(token)
        if moment < caller.expires:
            _keep(token, caller, moment)
    if moment >= caller.expires:
        _verified.pop(token, None)
        raise _refusal(
            "TOKEN_EXPIRED",
            "The access token has expired.",
            fix="Get a new one at POST /oauth/token; it lives for at most ten minutes.",
        )
    return caller


def _verify(token: str) -> Caller:
    try:
        opened = jwt.decode(token, _key(), algorithms=["HS256"])
        claims = opened.claims
        # Because a token made for something else, elsewhere, is no access token here.
        if opened.header.get("typ") != TYPE or claims["aud"] != settings.BASE_URL:
            raise ValueError("not an access token of this service")
        return Caller(
            client_id=str(claims["client_id"]),
            recipient=str(claims["recipient"]),
            first_party=claims["first_party"] is True,
            scopes=frozenset(str(claims["scope"]).split()),
            expires=int(claims["exp"]),
        )
    except (JoseError, ValueError, KeyError, TypeError):
        raise _refusal(
            "TOKEN_INVALID",
            "The access token was not issued by this service, or was altered.",
            fix="Get a new one at POST /oauth/token.",
        ) from None


def _keep(token: str, caller: Caller, moment: float) -> None:
    if len(_verified) >= _KEPT:
        for known, other in list(_verified.items()):
            if other.expires <= moment:
                _verified.pop(known, None)
    if len(_verified) >= _KEPT:
        _verified.clear()
    _verified[token] = caller


def forget() -> None:
    """Drop the verified tokens of this process; the next use checks the signature again."""
    _verified.clear()


def _refusal(code: str, detail: str, *, fix: str, error: str = "invalid_token") -> Problem:
    challenge = 'Bearer realm="sayso"' + (f', error="{error}"' if error else "")
    return Problem(401, code, detail, fix=fix, headers={"WWW-Authenticate": challenge})


def require_scope(caller: Caller, wanted: tuple[str, ...] | list[str]) -> None:
    """Raises Problem (403) unless the caller holds one of `wanted` (RFC 6750, section 3.1)."""
    if not caller.scopes.isdisjoint(wanted):
        return
    named = " ".join(wanted)
    raise Problem(
        403,
        "SCOPE_MISSING",
        f"The access token lacks the scope that this call needs: {' or '.join(wanted)}.",
        fix="Ask for a token with this scope; the client must have been given it.",
        headers={
            "WWW-Authenticate": f'Bearer realm="sayso", error="insufficient_scope", scope="{named}"'
        },
        missing_scopes=wanted,
    )


def caller_in(request: Any) -> Caller:
    """The caller that PartnerAuthentication put on a request; TypeError where it did not run."""
    caller = request.user
    if not isinstance(caller, Caller):
        raise TypeError("This view was reached without PartnerAuthentication.")
    return caller
