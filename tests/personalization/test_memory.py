"""The postings forget at once: as somebody's neighbour, in counts, in every process."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from consent.actions import subjects
from consent.models import Purpose
from personalization import memory as memories
from personalization.holder import RecommendationHolder
from personalization.memory import Memory
from personalization.models import Product
from personalization.queries import recommend
from profiles.actions import vault
from profiles.actions.vault import Block
from tests.cast import given, say


@pytest.fixture
def memory() -> Memory:
    return Memory(background=False)


def people(memory: Memory) -> set[UUID]:
    with memory.use(at=timezone.now()) as contents:
        return set(contents.postings.people())


def picture(memory: Memory) -> tuple[list[int], list[int], set[UUID]]:
    """Everything that is computed from: both counts, and who is in it."""
    with memory.use(at=timezone.now()) as contents:
        postings = contents.postings
        return postings.buyers.tolist(), postings.recent().tolist(), set(postings.people())


def test_only_people_who_allow_it_are_in_it(memory, shopper):
    olena, ben = shopper("a0"), shopper("a1", yes=False)
    assert people(memory) == {olena}
    assert ben not in people(memory)


def test_a_withdrawal_forgets_the_person_in_rows_and_counts(memory, shopper):
    olena, marek, ada = shopper("a0", "a1"), shopper("a0"), shopper("b0", "a1")
    assert people(memory) == {olena, marek, ada}
    say(marek, "withdrawn", "recommendations")
    assert picture(memory) == picture(Memory(background=False))
    assert people(memory) == {olena, ada}


def test_a_refused_department_leaves_the_others(memory, shopper):
    olena = shopper("a0", "b0")
    assert people(memory) == {olena}
    say(olena, "refused", "recommendations", attributes=("purchases.produce",))
    with memory.use(at=timezone.now()) as contents:
        bought = contents.postings.row(olena).items
        assert contents.shelf.codes_of(bought) == ["b0"]
    assert picture(memory) == picture(Memory(background=False))


def test_a_yes_brings_somebody_in(memory, shopper):
    ben = shopper("a0", yes=False)
    assert people(memory) == set()
    given(ben)
    assert people(memory) == {ben}


def test_an_erased_person_is_forgotten(memory, shopper):
    olena, marek = shopper("a0"), shopper("a1")
    assert people(memory) == {olena, marek}
    subjects.mark_erased(subject_id=olena, at=timezone.now())
    assert people(memory) == {marek}


def test_nobody_comes_in_whose_consent_moves_while_they_are_read(memory, shopper, monkeypatch):
    olena, marek = shopper("a0"), shopper("a1")
    real = memories.vault.read_many
    withdrawn = []

    def read_and_then_withdraw(**asked):
        blocks = list(real(**asked))
        if not withdrawn:
            withdrawn.append(say(olena, "withdrawn", "recommendations"))
        return iter(blocks)

    monkeypatch.setattr(memories.vault, "read_many", read_and_then_withdraw)
    assert people(memory) == {marek}


def test_a_state_that_time_ends_is_left_out_from_that_moment(memory, shopper):
    olena = shopper("a0")
    assert people(memory) == {olena}
    with memory._lock:
        (until, person), *_ = memory._contents.expiring
    assert person == olena
    memory._contents.day = until.date() + timedelta(days=1)
    assert memory._current(until - timedelta(seconds=1)).postings.row(olena).items.tolist()
    assert not len(memory._current(until).postings)


def test_a_changed_catalogue_starts_anew(memory, shopper):
    olena = shopper("a0")
    assert people(memory) == {olena}
    before = memory._contents
    Product.objects.create(code="c0", title="New", department="purchases.produce")
    Purpose.objects.filter(code="sale").update(retired_at=timezone.now())
    assert people(memory) == {olena}
    assert memory._contents is not before
    assert len(memory._contents.shelf) == len(before.shelf) + 1


def test_in_the_background_answers_come_while_it_fills(shopper):
    olena = shopper("a0")
    background = Memory(background=True)
    try:
        with background.use(at=timezone.now()) as contents:
            assert set(contents.postings.people()) == {olena}
        background._worker.join(10)
        assert background.ready
        say(olena, "withdrawn", "recommendations")
        assert people(background) == set()
    finally:
        background._worker.join(10)


def test_blocks_of_another_form_are_passed_over(memory, shopper):
    olena, marek = shopper("a0"), shopper()
    odd = ["text", ["a1"], ["a1", "5"], ["a1", 32], ["a1", True], {"a1": 5}, ["a2", 5, 1]]
    for number, value in enumerate([42, "a1", odd]):
        block = Block(marek, "purchases.produce", value, date(2026, 1 + number, 1))
        vault.put(blocks=[block], source="tests", at=timezone.now())
    with memory.use(at=timezone.now()) as contents:
        bought = contents.postings.row(marek).items
        assert contents.shelf.codes_of(bought) == ["a2"]
        assert olena in contents.postings


def test_the_holder_exports_and_erases_explanations(shopper):
    olena = shopper("a0", "a1")
    for _ in range(3):
        shopper("a0", "a1", "a2")
    recommend(subject_id=olena, recipient="shop", at=timezone.now())
    holder = RecommendationHolder()
    (section,) = holder.export(olena, permit=None)
    rows = list(section.rows)
    assert rows[0]["product"] == "a2"
    assert rows[0]["attributes_read"] == ["purchases.produce"]
    assert holder.erase(olena, at=timezone.now()).erased == 1
    assert holder.erase(olena, at=timezone.now()).erased == 0
