"""Rates in interleaved rounds, and the medians of their ratios."""

import gc
import statistics
import time
from collections.abc import Callable


def rate(action: Callable[[], object], times: int) -> float:
    """Calls per second of wall time."""
    started = time.perf_counter()
    for _ in range(times):
        action()
    return times / (time.perf_counter() - started)


def rounds(
    actions: dict[str, Callable[[], object]], *, times: int, count: int
) -> dict[str, list[float]]:
    """The rate of each action in each of `count` rounds, taken in turn."""
    for action in actions.values():
        rate(action, times // 4)
    gc.collect()
    gc.freeze()
    found: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(count):
        for name, action in actions.items():
            found[name].append(rate(action, times))
    return found


def ratio(found: dict[str, list[float]], above: str, below: str) -> float:
    """The median over the rounds of `above` / `below`, each within one round."""
    pairs = zip(found[above], found[below], strict=True)
    return statistics.median(first / second for first, second in pairs)


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0..1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
