"""The drawn proof ends at the root of the tree, whatever the place and the size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle
from console.steps import steps


def a_tree(size: int) -> tuple[list[bytes], merkle.Node]:
    leaves = [merkle.leaf_hash(str(number).encode()) for number in range(size)]

    def node(height: int, index: int) -> bytes:
        return merkle.root(leaves[index << height : (index + 1) << height])

    return leaves, node


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_the_last_step_gives_the_root(place: tuple[int, int]) -> None:
    size, index = place
    leaves, node = a_tree(size)
    hashes = merkle.inclusion_proof(index, size, node)
    drawn = steps(index=index, size=size, leaf_hash=leaves[index], hashes=hashes)
    assert [step.sibling for step in drawn] == [part.hex() for part in hashes]
    last = drawn[-1].result if drawn else leaves[index].hex()
    assert last == merkle.root(leaves).hex()


def test_sides_say_where_the_sibling_stands() -> None:
    leaves, node = a_tree(7)
    drawn = steps(index=6, size=7, leaf_hash=leaves[6], hashes=merkle.inclusion_proof(6, 7, node))
    assert [step.side for step in drawn] == ["left", "left"]
    assert drawn[0].result == merkle.node_hash(node(1, 2), leaves[6]).hex()


@pytest.mark.parametrize(("index", "size", "count"), [(7, 7, 3), (0, 4, 1), (0, 4, 3), (-1, 4, 2)])
def test_a_path_of_the_wrong_length_is_refused(index: int, size: int, count: int) -> None:
    with pytest.raises(ValueError, match=r"tree"):
        steps(index=index, size=size, leaf_hash=bytes(32), hashes=[bytes(32)] * count)
