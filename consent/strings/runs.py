"""Sets of ids as runs without gaps."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

MOST_ID: Final = (1 << 16) - 1


def spans(ids: Iterable[int]) -> tuple[range, ...]:
    """The ids as runs without gaps, in order."""
    ordered = sorted(set(ids))
    starts = [index for index, (a, b) in enumerate(pairwise(ordered), 1) if b != a + 1]
    edges = [0, *starts, len(ordered)] if ordered else []
    return tuple(range(ordered[a], ordered[b - 1] + 1) for a, b in pairwise(edges))


def joined(runs: Iterable[range]) -> tuple[range, ...]:
    """The same ids as runs in order that neither overlap nor touch."""
    merged: list[range] = []
    for run in sorted(runs, key=lambda run: (run.start, run.stop)):
        if merged and run.start <= merged[-1].stop:
            merged[-1] = range(merged[-1].start, max(merged[-1].stop, run.stop))
        else:
            merged.append(run)
    return tuple(merged)


def within_bounds(runs: tuple[range, ...]) -> bool:
    """Whether all ids of ordered runs lie from 1 to MOST_ID."""
    return not runs or 1 <= runs[0].start <= runs[-1].stop - 1 <= MOST_ID
