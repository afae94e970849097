"""UUID version 7 (RFC 9562, section 5.7) made in Python, rising within each process."""

import os
import time
from threading import Lock
from uuid import UUID

_RANDOM_BITS = 74
_LOCK = Lock()
_latest = 0


def uuid7() -> UUID:
    """A new identifier, greater than every one this process made before.

    48 bits of milliseconds, then 74 random bits; within one millisecond, or when the clock
    goes back, the latest value plus a random step.
    """
    random = int.from_bytes(os.urandom(10), "big")
    with _LOCK:
        return _next(time.time_ns(), random)


def uuids7(count: int) -> list[UUID]:
    """As many as `count` identifiers at once, rising."""
    octets = os.urandom(10 * count)
    now = time.time_ns()
    with _LOCK:
        return [
            _next(now, int.from_bytes(octets[start : start + 10], "big"))
            for start in range(0, 10 * count, 10)
        ]


def _next(now: int, random: int) -> UUID:
    global _latest
    fresh = (now // 1_000_000) << _RANDOM_BITS | random >> (80 - _RANDOM_BITS)
    if fresh <= _latest:
        fresh = _latest + 1 + (random & 0xFFFF_FFFF)
    _latest = fresh
    low, high = fresh & ((1 << 62) - 1), fresh >> 62
    return UUID(int=(high >> 12) << 80 | 0x7 << 76 | (high & 0xFFF) << 64 | 0b10 << 62 | low)


def _new_lock_after_fork() -> None:
    # Because another thread may have held the lock at the moment of the fork.
    global _LOCK
    _LOCK = Lock()


os.register_at_fork(after_in_child=_new_lock_after_fork)
