"""Scores, neighbours and the reasons behind an item."""

from uuid import UUID

import numpy as np
import pytest

from personalization import scoring
from personalization.postings import NOTHING, Postings, history

SIZE = 10
EVERYTHING = np.ones(SIZE, bool)


def person(number: int) -> UUID:
    return UUID(int=number)


def postings_of(*baskets: list[int]) -> Postings:
    postings = Postings(SIZE)
    for number, items in enumerate(baskets, 1):
        postings.add(person(number), history(items, [10] * len(items)))
    return postings


def test_likeness_is_the_cosine_of_what_was_bought():
    postings = postings_of([0, 1, 2, 3], [0, 1], [7])
    near = scoring.neighbours(postings, history([0, 1], [9, 9]))
    assert near.rows.tolist() == [1, 0]
    assert near.likeness.tolist() == pytest.approx([1.0, 2 / np.sqrt(8)])


def test_nobody_is_their_own_neighbour():
    postings = postings_of([0, 1], [0, 2])
    near = scoring.neighbours(postings, history([0, 1], [9, 9]), but=postings.row_of(person(1)))
    assert near.rows.tolist() == [1]


def test_only_the_nearest_fifty_count():
    postings = postings_of(*[[0, 1 + number % 3] for number in range(60)], [0, 1, 2, 3])
    near = scoring.neighbours(postings, history([0, 1, 2, 3], [9] * 4))
    assert len(near.rows) == scoring.NEIGHBOURS
    assert near.rows[0] == 60


def test_without_history_the_scores_are_popularity():
    postings = postings_of([0, 1], [0, 2], [0])
    near = scoring.neighbours(postings, NOTHING)
    assert scoring.scores(postings, NOTHING, near, scoring.everybody(postings)).tolist() == (
        scoring.everybody(postings).popularity.tolist()
    )


def test_neighbours_lift_what_they_buy_over_what_everybody_buys():
    alike = [[0, 1, 2, 3, 4, 5, 8]] * 5
    others = [[9, 7]] * 9
    postings = postings_of(*alike, *others)
    bought = history(range(6), [9] * 6)
    near = scoring.neighbours(postings, bought)
    values = scoring.scores(postings, bought, near, scoring.everybody(postings))
    unseen = EVERYTHING.copy()
    unseen[bought.items] = False
    chosen = scoring.best(values, postings, allowed=unseen, limit=3)
    assert chosen[0] == 8
    assert scoring.everybody(postings).popularity[9] > scoring.everybody(postings).popularity[8]


def test_what_few_people_buy_is_never_shown():
    postings = postings_of([0, 1], [0, 1], [0])
    chosen = scoring.best(
        scoring.everybody(postings).popularity, postings, allowed=EVERYTHING, limit=5
    )
    assert chosen.tolist() == [0]


def test_ties_go_to_the_lower_item():
    postings = postings_of(*[[4, 6, 2]] * 3)
    chosen = scoring.best(
        scoring.everybody(postings).popularity, postings, allowed=EVERYTHING, limit=2
    )
    assert chosen.tolist() == [2, 4]


def test_a_reason_names_the_own_purchase_that_the_buying_neighbours_share():
    everyday = [[0, 5]] * 6
    postings = postings_of([0, 1, 9], [0, 1, 9], [0, 2, 8], *everyday)
    bought = history([0, 1, 2], [9, 9, 9])
    near = scoring.neighbours(postings, bought)
    wanted, loud = np.array([9, 8, 7]), np.ones(3, bool)
    nine, eight, seven = scoring.contributions(postings, bought, near, wanted, loud=loud)
    assert bought.items[nine.own] == 1
    assert bought.items[eight.own] == 2
    assert nine.neighbours_buy
    assert (seven.own, seven.neighbours_buy) == (-1, False)
    loud[1] = False
    (nine,) = scoring.contributions(postings, bought, near, wanted[:1], loud=loud)
    assert bought.items[nine.own] == 0
