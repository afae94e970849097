"""How often a client may call: fixed windows of one minute, counted in each process.

The counts live in memory and name no person. With several processes a client gets the limit
in each; it guards against runaway loops, it does not bill.
"""

from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from consent.api.problems import Problem
from consent.api.tokens import caller_in

if TYPE_CHECKING:
    # Because the views of the framework import this module by name.
    from rest_framework.views import APIView

WINDOW = 60
_KEPT = 10_000


class Standing(NamedTuple):
    """What is left of one limit, and for how many seconds it counts."""

    policy: str
    limit: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """The RateLimit fields (draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={max(self.left, 0)};t={self.seconds}',
        }


_counts: dict[tuple[str, str, int], int] = {}


def count(client_id: str, policy: str, limit: int, *, moment: float) -> Standing:
    """Count one call of a client at `moment` (seconds since 1970); raises Problem (429)."""
    window = int(moment) // WINDOW
    key = (client_id, policy, window)
    used = _counts.get(key, 0) + 1
    if used == 1 and len(_counts) >= _KEPT:
        _counts.clear()
    _counts[key] = used
    standing = Standing(policy, limit, limit - used, WINDOW - int(moment) % WINDOW)
    if used > limit:
        raise Problem(
            429,
            "RATE_LIMITED",
            "This client has sent more requests than a minute allows.",
            fix="Wait as long as Retry-After says, and spread requests out.",
            retry=f"after:{standing.seconds}",
            headers={"Retry-After": str(standing.seconds)} | standing.headers(),
        )
    return standing


def forget() -> None:
    """Start counting anew in this process."""
    _counts.clear()


class PartnerThrottle(BaseThrottle):
    """Counts calls per client; `config.rate_headers` puts the standing on the answer."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """True, or Problem (429)."""
        standing = count(
            caller_in(request).client_id,
            "calls",
            settings.RATE_LIMIT_PER_MINUTE,
            moment=timezone.now().timestamp(),
        )
        request._request.rate_standing = standing  # type: ignore[attr-defined]
        return True
