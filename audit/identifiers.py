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
    global _latest
    random = int.from_bytes(os.urandom(10), "big")
    fresh = (time.time_ns() // 1_000_000) << _RANDOM_BITS | random >> (80 - _RANDOM_BITS)
    with _LOCK:
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
