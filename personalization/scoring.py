"""What a person may like, and why: pure arithmetic over postings.

Neighbours are the people whose baskets are most alike (cosine over what was bought at all).
An item counts for the share of their likeness that buys it, drawn towards its share of
everybody where the person's own history is short, times the square root of its trend.
Measured in docs/decisions: better than popularity, and nothing is left to unlearn.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personalization.postings import Floats, History, Ints, Postings

NEIGHBOURS = 50
# Because a short history says little, half of the weight stays with everybody at ten items.
HALF_TRUST = 10
# Because an item that only one or two people buy would tell of them.
FEWEST_BUYERS = 3


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The most alike, best first: their rows and likeness (0 to 1)."""

    rows: NDArray[np.int64]
    likeness: Floats


@dataclass(frozen=True, slots=True)
class Contribution:
    """Which own purchase speaks most for an item (-1: none), and whether neighbours buy it."""

    own: int
    neighbours_buy: bool


def neighbours(postings: Postings, bought: History, *, but: int | None = None) -> Neighbours:
    """The NEIGHBOURS people most alike, never the row `but`; ties by the person's number."""
    overlaps = postings.overlaps(bought.items)
    if but is not None and len(overlaps):
        overlaps[but] = 0
    rows = np.flatnonzero(overlaps)
    lengths = postings.lengths()[rows].astype(np.float64)
    likeness = overlaps[rows] / np.sqrt(lengths * max(len(bought), 1))
    if len(rows) > NEIGHBOURS:
        least = np.partition(likeness, len(rows) - NEIGHBOURS)[len(rows) - NEIGHBOURS]
        near = likeness >= least
        rows, likeness = rows[near], likeness[near]
    order = np.lexsort((postings.marks()[rows], -likeness))[:NEIGHBOURS]
    return Neighbours(rows[order], likeness[order])


def trend(postings: Postings) -> Floats:
    """How much an item is bought lately, against ever; both are counts of people."""
    return (postings.recent() + 1.0) / (postings.buyers + 5.0)


@dataclass(frozen=True, slots=True)
class Everybody:
    """What is the same for all who ask, until the postings move: `lift` is the trend's part.

    `popularity` is the score of each item without any data of the person asked about.
    """

    moves: int
    lift: Floats
    popularity: Floats


def everybody(postings: Postings) -> Everybody:
    """Derived anew after each change, so that whoever was forgotten is in none of it."""
    lift = np.sqrt(trend(postings))
    return Everybody(postings.moves, lift, _share_of_all(postings) * lift)


def scores(postings: Postings, bought: History, near: Neighbours, common: Everybody) -> Floats:
    """The score of each item for a person with this history and these neighbours."""
    if not len(near.rows):
        return common.popularity
    trust = len(bought) / (len(bought) + HALF_TRUST)
    return trust * _share_of_near(postings, near) * common.lift + (1 - trust) * common.popularity


def best(
    values: Floats, postings: Postings, *, allowed: NDArray[np.bool_], limit: int
) -> NDArray[np.int64]:
    """The `limit` best items among the allowed that enough people buy; ties by item number."""
    open_to = np.flatnonzero(allowed & (postings.buyers >= FEWEST_BUYERS) & (values > 0))
    if len(open_to) > limit > 0:
        found = values[open_to]
        least = np.partition(found, len(found) - limit)[len(found) - limit]
        open_to = open_to[found >= least]
    order = np.lexsort((open_to, -values[open_to]))[:limit]
    return open_to[order]


def contributions(
    postings: Postings,
    bought: History,
    near: Neighbours,
    items: NDArray[np.int64],
    *,
    loud: NDArray[np.bool_],
) -> list[Contribution]:
    """For each item: the own purchase, of those that are `loud`, that its neighbours share most.

    Everyday purchases weigh less, because they say little about anybody.
    """
    shared = [postings.history_of_row(int(row)).items for row in near.rows]
    buys = _membership(shared, items, postings.size)
    both = _membership(shared, bought.items, postings.size)
    weights = loud / np.sqrt(np.maximum(postings.buyers[bought.items], 1))
    votes = (buys.T * near.likeness) @ both * weights
    return [
        Contribution(
            own=int(row.argmax()) if len(row) and row.max() > 0 else -1,
            neighbours_buy=bool(bought_by.any()),
        )
        for row, bought_by in zip(votes, buys.T, strict=True)
    ]


def _membership(
    shared: list[Ints], items: NDArray[np.int64] | Ints, size: int
) -> NDArray[np.bool_]:
    """Which of `items` (columns) each basket (rows) has."""
    places = np.full(size, -1, np.int32)
    places[items] = np.arange(len(items))
    found = np.zeros((len(shared), len(items)), bool)
    for row, basket in enumerate(shared):
        columns = places[basket]
        found[row, columns[columns >= 0]] = True
    return found


def _share_of_all(postings: Postings) -> Floats:
    share: Floats = postings.buyers / max(len(postings), 1)
    return share


def _share_of_near(postings: Postings, near: Neighbours) -> Floats:
    rows = [postings.history_of_row(int(row)).items for row in near.rows]
    likeness = np.repeat(near.likeness, [len(items) for items in rows])
    total = float(near.likeness.sum())
    share = np.bincount(np.concatenate(rows), weights=likeness, minlength=postings.size)
    return np.asarray(share, np.float64) / total
