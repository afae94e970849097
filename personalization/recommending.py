"""The recommender, first form: people with alike baskets, what is bought lately, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personalization import scoring
from personalization.answers import BOUGHT, POPULAR, SIMILAR_BASKETS, Item, Reason
from personalization.asked import Asked, Computed
from personalization.memory import Contents, memory
from personalization.postings import Floats, History, day_of
from personalization.purchases import folded
from personalization.scoring import Contribution
from profiles.values import Held


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Item numbers with their scores and what spoke for them, best first."""

    items: list[int]
    scores: list[float]
    why: list[Contribution]


def popular(asked: Asked) -> list[Item]:
    """What everybody who allows it buys, the same for all who ask; reads nothing of the person."""
    with memory.use(at=asked.at, catalogue=asked.catalogue) as contents:
        chosen = _popular(contents, asked.limit)
        return _items(contents, chosen, None)


def personal(asked: Asked, held: Sequence[Held]) -> Computed:
    """What this person may like among what they have not bought, from what the permit opened."""
    with memory.use(at=asked.at, catalogue=asked.catalogue) as contents:
        bought = folded(((block.value, block.month) for block in held), contents.shelf)
        own = None if asked.subject_id is None else contents.postings.row_of(asked.subject_id)
        chosen = _choose(contents, bought, own, asked)
        items = _items(contents, chosen, bought)
        without = _items(contents, _popular(contents, 1), None)
        weights = _weights(contents, bought)
    return Computed(
        items=items,
        contrast=without[0] if without else None,
        personal=bool(len(bought)),
        weights=weights,
    )


def _choose(contents: Contents, bought: History, own: int | None, asked: Asked) -> _Chosen:
    postings, shelf = contents.postings, contents.shelf
    near = scoring.neighbours(postings, bought, but=own)
    values = scoring.scores(postings, bought, near, contents.everybody())
    # Because who keeps a department out of it does not want to be shown it either.
    allowed = shelf.open_to(asked.covered)
    allowed[bought.items] = False
    items = _distinct(contents, values, allowed, asked.limit)
    # Because a shop page should not say aloud that somebody bought a medicine.
    loud = shelf.offered[bought.items]
    return _Chosen(
        items=[int(item) for item in items],
        scores=[float(values[item]) for item in items],
        why=scoring.contributions(postings, bought, near, items, loud=loud),
    )


def _distinct(
    contents: Contents, values: Floats, allowed: NDArray[np.bool_], limit: int
) -> NDArray[np.int64]:
    """The best items, of those with the same title only the first."""
    found = scoring.best(values, contents.postings, allowed=allowed, limit=2 * limit + 10)
    codes = contents.shelf.codes_of(found)
    titles = contents.shelf.titles(codes)
    first: dict[str, np.int64] = {}
    for item, code in zip(found, codes, strict=True):
        first.setdefault(titles[code], item)
    return np.array(list(first.values())[:limit], np.int64)


def _popular(contents: Contents, limit: int) -> _Chosen:
    values = contents.everybody().popularity
    offered: NDArray[np.bool_] = contents.shelf.offered
    items = _distinct(contents, values, offered, limit)
    return _Chosen(
        items=[int(item) for item in items],
        scores=[float(values[item]) for item in items],
        why=[Contribution(own=-1, neighbours_buy=False)] * len(items),
    )


def _items(contents: Contents, chosen: _Chosen, bought: History | None) -> list[Item]:
    shelf = contents.shelf
    codes = shelf.codes_of(chosen.items)
    places = [why.own for why in chosen.why if bought is not None and why.own >= 0]
    bought_codes = shelf.codes_of(bought.items[places]) if bought is not None and places else []
    own = dict(zip(places, bought_codes, strict=True))
    titles = shelf.titles([*codes, *own.values()])
    return [
        Item(
            item=code,
            title=titles[code],
            score=round(score, 6),
            reasons=_reasons(why, bought, own, titles),
        )
        for code, score, why in zip(codes, chosen.scores, chosen.why, strict=True)
    ]


def _reasons(
    why: Contribution, bought: History | None, own: dict[int, str], titles: dict[str, str]
) -> tuple[Reason, ...]:
    reasons = []
    if bought is not None and why.own >= 0:
        code = own[why.own]
        day = day_of(int(bought.days[why.own]))
        reasons.append(Reason(BOUGHT, item=code, title=titles[code], day=day))
    if why.neighbours_buy:
        reasons.append(Reason(SIMILAR_BASKETS))
    return tuple(reasons) or (Reason(POPULAR),)


def _weights(contents: Contents, bought: History) -> dict[str, int]:
    """How many different items each attribute brought in."""
    shelf = contents.shelf
    counts = np.bincount(shelf.departments[bought.items], minlength=len(shelf.names))
    return {name: int(count) for name, count in zip(shelf.names, counts, strict=True) if count}
