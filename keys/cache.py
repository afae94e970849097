"""A bounded memory of secrets: forgets the least recently used, and everything after a time."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """At most `capacity` values, none served or kept past a use later than `seconds`.

    A value whose mark is not the one asked for is forgotten: a change elsewhere (the
    generation of a bucket) shows.
    """

    def __init__(self, *, capacity: int, seconds: float) -> None:
        self._capacity = capacity
        self._seconds = seconds
        self._held: OrderedDict[K, tuple[int, float, V]] = OrderedDict()
        self._lock = Lock()
        self._next_sweep = 0.0

    def get(self, key: K, *, mark: int) -> V | None:
        """The value, or None where it is unknown, too old, or carries another mark."""
        with self._lock:
            held = self._held.get(key)
            if held is None:
                return None
            if held[0] != mark or held[1] <= monotonic():
                del self._held[key]
                return None
            self._held.move_to_end(key)
            return held[2]

    def get_many(self, wanted: Iterable[tuple[K, int]]) -> dict[K, V]:
        """The values of many keys, each with its mark; what `get` would not give is left out."""
        found, now = {}, monotonic()
        with self._lock:
            for key, mark in wanted:
                held = self._held.get(key)
                if held is not None and held[0] == mark and held[1] > now:
                    found[key] = held[2]
        return found

    def put(self, key: K, value: V, *, mark: int) -> None:
        """Keeps a value, and lets go of what is too old or too much."""
        now = monotonic()
        with self._lock:
            self._held[key] = (mark, now + self._seconds, value)
            self._held.move_to_end(key)
            if len(self._held) > self._capacity:
                self._held.popitem(last=False)
            if now >= self._next_sweep:
                self._sweep(now)

    def forget(self, key: K) -> None:
        """Lets go of one value."""
        with self._lock:
            self._held.pop(key, None)

    def _sweep(self, now: float) -> None:
        self._next_sweep = now + self._seconds / 4
        for key in [key for key, held in self._held.items() if held[1] <= now]:
            del self._held[key]

    def __len__(self) -> int:
        return len(self._held)
