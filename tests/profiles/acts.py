"""The acts of requests as they happen in life: each in a request or a task of its own.

Because a worker goes through steps one by one on purpose, queries in its loop are no finding.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.utils import timezone
from zeal import zeal_ignore

from profiles.actions import requests, working
from profiles.models import Request

P = ParamSpec("P")
R = TypeVar("R")


def alone(act: Callable[P, R]) -> Callable[P, R]:
    """The same act, watched by nobody who counts queries."""

    @wraps(act)
    def acted(*arguments: P.args, **named: P.kwargs) -> R:
        with zeal_ignore():
            return act(*arguments, **named)

    return acted


cancel = alone(requests.cancel)
resume = alone(requests.resume)
verify = alone(requests.verify)
begin_due_erasures = alone(requests.begin_due_erasures)


@alone
def opened(subject_id: UUID, right: str, **changes: object) -> Request:
    """A request of a person, from the portal, now."""
    fields: dict[str, object] = {"by": "portal", "at": timezone.now()}
    return requests.open_request(subject_id=subject_id, right=right, **(fields | changes))  # type: ignore[arg-type]


@alone
def worked(request: Request) -> Request:
    """The request after a worker has done all that can be done now."""
    working.work(request_id=request.pk, now=timezone.now)
    request.refresh_from_db()
    return request
