"""`?valid_at=&known_at=`: the two times of a look into the past, read from a request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rest_framework.request import Request

from consent.api.authzen import read_time
from consent.api.problems import malformed
from consent.queries.past import Moment

TIMES = ("valid_at", "known_at")


def moment_in(request: Request, *, at: datetime) -> Moment | None:
    """The moment that is asked about, None without either parameter; raises Problem (400).

    A time that is left out is now; a time to come is refused, because nobody knows it.
    """
    return moment_of(request.query_params, at=at)


def moment_of(given: Mapping[str, Any], *, at: datetime, where: str = "") -> Moment | None:
    """The same from the members of an object that stands at the pointer `where`."""
    times = {name: given.get(name) for name in TIMES}
    if not any(times.values()):
        return None
    valid_at, known_at = (_time(where, name, value, at) for name, value in times.items())
    return Moment(valid_at=valid_at, known_at=known_at)


def _time(where: str, name: str, value: Any, at: datetime) -> datetime:
    if not value:
        return at
    # Because a plus sign in a query that nobody escaped arrives as a space.
    moment = read_time(value.replace(" ", "+")) if isinstance(value, str) else None
    if moment is None:
        raise malformed(
            f"{where}/{name}",
            f"{name} is not an RFC 3339 time with its offset.",
            fix="Send a time such as 2026-11-22T09:14:03Z.",
        )
    if moment > at:
        raise malformed(
            f"{where}/{name}",
            f"{name} lies in the future.",
            fix="Ask about a time that has passed; leave it out for now.",
            code="INVALID_TIME",
        )
    return moment
