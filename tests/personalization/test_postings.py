"""Forgetting is exact: whatever was removed, the rest equals postings that never knew it."""

from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from personalization import scoring
from personalization.postings import (
    NOTHING,
    RECENT_DAYS,
    History,
    Postings,
    day_number,
    day_of,
    history,
)

SIZE = 12
PEOPLE = [UUID(int=(number * 0x9E37_79B9_7F4A_7C15) % 2**128) for number in range(1, 9)]

lines = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, 90)), max_size=8)
histories = lines.map(lambda pairs: history([i for i, _ in pairs], [d for _, d in pairs]))
steps = st.lists(st.tuples(st.sampled_from(PEOPLE), histories | st.none()), max_size=40)


def built(rows: dict[UUID, History], order: list[UUID]) -> Postings:
    postings = Postings(SIZE)
    for person in order:
        postings.add(person, rows[person])
    return postings


def answers(postings: Postings, bought: History) -> tuple[bytes, bytes, bytes]:
    near = scoring.neighbours(postings, bought)
    values = scoring.scores(postings, bought, near, scoring.everybody(postings))
    everything = np.ones(SIZE, bool)
    chosen = scoring.best(values, postings, allowed=everything, limit=5)
    return values.tobytes(), chosen.tobytes(), near.likeness.tobytes()


@given(steps, histories, st.randoms())
def test_after_any_changes_postings_equal_a_rebuild(changes, asked, random):
    postings, kept = Postings(SIZE), {}
    for person, bought in changes:
        if bought is None:
            postings.remove(person)
            kept.pop(person, None)
        else:
            postings.add(person, bought)
            kept.pop(person, None)
            if len(bought):
                kept[person] = bought
    order = list(kept)
    random.shuffle(order)
    fresh = built(kept, order)
    assert postings.buyers.tolist() == fresh.buyers.tolist()
    assert postings.recent().tolist() == fresh.recent().tolist()
    assert set(postings.people()) == set(fresh.people())
    for person in kept:
        assert postings.row(person).items.tolist() == fresh.row(person).items.tolist()
        assert postings.row(person).days.tolist() == fresh.row(person).days.tolist()
    assert answers(postings, asked) == answers(fresh, asked)


def test_removed_purchases_leave_no_bytes_behind():
    postings = Postings(SIZE)
    postings.add(PEOPLE[0], history([3, 7], [40, 41]))
    postings.add(PEOPLE[1], history([5], [42]))
    assert postings.remove(PEOPLE[0])
    assert not postings.remove(PEOPLE[0])
    assert postings._items[: postings._used].tolist() == [SIZE, SIZE, 5]
    assert postings._days[: postings._used].tolist() == [-1, -1, 42]
    assert postings.row(PEOPLE[0]) is NOTHING


def test_many_removals_give_the_room_back():
    postings = Postings(SIZE)
    everything = history(range(SIZE), [1] * SIZE)
    people = [UUID(int=number) for number in range(1, 2001)]
    for person in people:
        postings.add(person, everything)
    for person in people[:-1]:
        postings.remove(person)
    assert postings._used < 5000
    assert postings.buyers.tolist() == [1] * SIZE


def test_an_item_bought_often_counts_once_with_its_last_day():
    bought = history([4, 2, 4, 4], [10, 30, 50, 20])
    assert bought.items.tolist() == [2, 4]
    assert bought.days.tolist() == [30, 50]


def test_recent_counts_people_of_the_last_four_weeks_of_the_data():
    postings = Postings(SIZE)
    postings.add(PEOPLE[0], history([1, 2], [100, 100 - RECENT_DAYS]))
    postings.add(PEOPLE[1], history([1, 3], [90, 100 - RECENT_DAYS + 1]))
    assert postings.recent()[[1, 2, 3]].tolist() == [2, 0, 1]
    postings.remove(PEOPLE[0])
    assert postings.recent()[[1, 2, 3]].tolist() == [1, 0, 1]


def test_one_late_purchase_does_not_make_the_rest_look_old():
    postings = Postings(SIZE)
    for number in range(1, 21):
        postings.add(UUID(int=number), history([1], [100]))
    postings.add(PEOPLE[0], history([2], [4000]))
    assert postings.recent()[[1, 2]].tolist() == [20, 1]


def test_days_go_there_and_back():
    assert day_of(day_number(day_of(9000))) == day_of(9000)
