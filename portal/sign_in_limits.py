"""How many codes may be mailed: to one address, and at the wish of one network address."""

from django.core.cache import cache

from profiles.sign_in import login_index

SECONDS = 15 * 60
PER_ADDRESS = 5
PER_VISITOR = 60


class TooMany(Exception):
    """The limit of messages is reached; it falls again within fifteen minutes."""


def count_message(*, email: str, visitor: str, what: str = "codes") -> None:
    """Count one message (or one of `what`), keyed by blind indexes alone. Raises TooMany."""
    _count(what, "address", email, PER_ADDRESS)
    count_visit(visitor=visitor, what=what)


def count_visit(*, visitor: str, what: str) -> None:
    """Count one of `what` that needs no address, keyed by a blind index. Raises TooMany."""
    _count(what, "visitor", f"visitor:{visitor}", PER_VISITOR)


def _count(what: str, kind: str, value: str, most: int) -> None:
    name = f"portal.{what}.{kind}.{login_index(value).hex()[:32]}"
    cache.add(name, 0, SECONDS)
    if cache.incr(name) > most:
        raise TooMany
