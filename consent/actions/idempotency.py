"""Doing a thing once, however often it is asked for (draft-ietf-httpapi-idempotency-key-header)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from consent.models import IdempotentAnswer
from keys import queries as keys

KEPT = timedelta(hours=24)
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock(%s)"


class InFlight(Exception):
    """The first request with this key has not finished yet."""


class KeyReused(Exception):
    """This key came before, with another body."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was answered; `replayed` when it was answered before."""

    status: int
    answer: dict[str, Any]
    replayed: bool = False


def once(
    *,
    scope: str,
    key: str | None,
    request: Any,
    at: datetime,
    do: Callable[[], Outcome],
) -> Outcome:
    """Run `do` and keep its answer, or give the kept one; without a key just run it.

    `scope` names the caller and the call, `request` is what was sent. The answer is kept in
    the transaction of the deed, so that neither exists without the other. A refusal (an
    exception of `do`) is not kept. Raises InFlight, KeyReused.
    """
    if key is None:
        with transaction.atomic():
            return do()
    name = keys.blind_index("idempotency-key", f"{scope}\n{key}")
    content = json.dumps(request, sort_keys=True, separators=(",", ":"))
    fingerprint = keys.blind_index("idempotency-request", content)
    with transaction.atomic():
        _lock(name)
        kept = IdempotentAnswer.objects.filter(pk=name, expires_at__gt=at).first()
        if kept is not None:
            if bytes(kept.request) != fingerprint:
                raise KeyReused
            return Outcome(kept.status, kept.answer, replayed=True)
        IdempotentAnswer.objects.filter(expires_at__lte=at).delete()
        outcome = do()
        IdempotentAnswer.objects.create(
            key=name,
            request=fingerprint,
            status=outcome.status,
            answer=outcome.answer,
            expires_at=at + KEPT,
        )
        return outcome


def _lock(name: bytes) -> None:
    """Holds the key until the transaction ends, also when the process dies; raises InFlight."""
    with connection.cursor() as cursor:
        cursor.execute(_TRY_LOCK, [int.from_bytes(name[:8], "big", signed=True)])
        if not cursor.fetchone()[0]:
            raise InFlight
