"""Rates in interleaved rounds, and the medians of their ratios."""

import gc
import statistics
import time
from collections.abc import Callable

Clock = Callable[[], float]
# For what waits for nothing: seconds of one core, however busy the machine is otherwise.
processor: Clock = time.process_time


def rate(action: Callable[[], object], times: int, *, clock: Clock = time.perf_counter) -> float:
    """Calls per second of wall time, or of another clock."""
    started = clock()
    for _ in range(times):
        action()
    return times / (clock() - started)


def loop_ms() -> float:
    """How long this machine takes now for a plain loop of five million steps, in milliseconds."""
    started, total = time.perf_counter(), 0
    for step in range(5_000_000):
        total += step & 7
    return (time.perf_counter() - started) * 1e3


def rounds(
    actions: dict[str, Callable[[], object]],
    *,
    times: int,
    count: int,
    clock: Clock = time.perf_counter,
) -> dict[str, list[float]]:
    """The rate of each action in each of `count` rounds, taken in turn."""
    for action in actions.values():
        rate(action, max(times // 4, 1))
    gc.collect()
    gc.freeze()
    found: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(count):
        for name, action in actions.items():
            found[name].append(rate(action, times, clock=clock))
    return found


def ratio(found: dict[str, list[float]], above: str, below: str) -> float:
    """The median over the rounds of `above` / `below`, each within one round."""
    pairs = zip(found[above], found[below], strict=True)
    return statistics.median(first / second for first, second in pairs)


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0..1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
