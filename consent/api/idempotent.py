"""The Idempotency-Key header: quoted as the draft wants, or bare as many send it."""

import re
from collections.abc import Callable
from datetime import datetime

from rest_framework.request import Request

from consent.actions.idempotency import InFlight, KeyReused, Outcome, once
from consent.api.problems import Problem
from consent.api.tokens import caller_in

HEADER = "Idempotency-Key"
_KEY = re.compile(r'"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255})')


def key_of(request: Request) -> str | None:
    """The key without its quotes, None without the header; raises Problem (400)."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    match = _KEY.fullmatch(given.strip())
    if match is None:
        raise Problem(
            400,
            "IDEMPOTENCY_KEY_INVALID",
            "The Idempotency-Key is not 1 to 255 printable ASCII characters.",
            fix="Send a UUID, with or without double quotes.",
        )
    return match[1] or match[2]


def answer_once(request: Request, *, at: datetime, do: Callable[[], Outcome]) -> Outcome:
    """`once` for this request; raises Problem: 409 while in flight, 422 for another body."""
    caller = caller_in(request)
    try:
        return once(
            scope=f"{caller.client_id} {request.method} {request.path}",
            key=key_of(request),
            request=request.data,
            at=at,
            do=do,
        )
    except InFlight:
        raise Problem(
            409,
            "IDEMPOTENCY_IN_FLIGHT",
            "A request with this Idempotency-Key is still being worked on.",
            fix="Send the same request again in a second.",
            retry="after:1",
            headers={"Retry-After": "1"},
        ) from None
    except KeyReused:
        raise Problem(
            422,
            "IDEMPOTENCY_KEY_REUSED",
            "This Idempotency-Key came before with another body.",
            fix="Use a new key for a new request; keep a key only to repeat one.",
        ) from None


def headers(outcome: Outcome) -> dict[str, str]:
    """Says on the answer that it was given before."""
    return {"Idempotent-Replayed": "true"} if outcome.replayed else {}
