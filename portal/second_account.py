"""A second account that this session has proved to be the same person's, for a while."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest

from portal import people

PROVED = "portal.second_account"
GOOD_FOR = timedelta(minutes=15)


def remember(request: HttpRequest, *, me: UUID, other: UUID) -> None:
    """The code that went to the other account came back in this session."""
    until = int((people.now() + GOOD_FOR).timestamp())
    request.session[PROVED] = [me.hex, other.hex, until]


def proved(request: HttpRequest, me: UUID) -> UUID | None:
    """The other account, while the proof is fresh and it was made by who is signed in now."""
    by, other, until = request.session.get(PROVED) or ("", "", 0)
    if by != me.hex or people.now().timestamp() >= until:
        return None
    return UUID(hex=other)


def forget(request: HttpRequest) -> None:
    """Answered: a proof is good for one answer."""
    request.session.pop(PROVED, None)
