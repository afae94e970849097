"""An inclusion proof as the steps a reader can follow with a pocket calculator of hashes."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.merkle import node_hash


@dataclass(frozen=True, slots=True)
class Step:
    """One level up: `sibling` stands on the `side` of what we have; together they make `result`."""

    number: int
    side: str
    sibling: str
    result: str


def steps(*, index: int, size: int, leaf_hash: bytes, hashes: Sequence[bytes]) -> list[Step]:
    """The audit path of RFC 9162, section 2.1.3.2, with each intermediate hash in hexadecimal.

    The last `result` is the root when the proof holds. Raises ValueError for a path that does
    not fit the index and the size.
    """
    if not 0 <= index < size:
        raise ValueError("The index lies outside the tree.")
    node, last, current = index, size - 1, leaf_hash
    drawn: list[Step] = []
    for number, sibling in enumerate(hashes, start=1):
        if last == 0:
            raise ValueError("The path is longer than the tree is high.")
        if node % 2 or node == last:
            current, side = node_hash(sibling, current), "left"
            while not node % 2 and node:
                node, last = node >> 1, last >> 1
        else:
            current, side = node_hash(current, sibling), "right"
        drawn.append(Step(number, side, sibling.hex(), current.hex()))
        node, last = node >> 1, last >> 1
    if last:
        raise ValueError("The path is shorter than the tree is high.")
    return drawn
