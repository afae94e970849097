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
    limits = [
        ("address", login_index(email).hex()[:32], PER_ADDRESS),
        ("visitor", login_index(f"visitor:{visitor}").hex()[:32], PER_VISITOR),
    ]
    for kind, index, most in limits:
        name = f"portal.{what}.{kind}.{index}"
        cache.add(name, 0, SECONDS)
        if cache.incr(name) > most:
            raise TooMany
