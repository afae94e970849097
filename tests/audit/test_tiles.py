"""Trees grown in steps, stopped and taken up again have the roots of RFC 6962, and its proofs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import merkle
from audit.tiles import WIDTH, Coordinates, Edge, Needed, levels, open_tile, reader

LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(WIDTH * WIDTH + 700)]


def naive_tiles(size: int) -> dict[Coordinates, bytes]:
    """All tiles of a tree, by definition."""
    tiles = {}
    entries, level = LEAVES[:size], 0
    while entries:
        for number in range(0, len(entries), WIDTH):
            tiles[level, number // WIDTH] = b"".join(entries[number : number + WIDTH])
        full = len(entries) // WIDTH
        entries = [merkle.root(entries[n * WIDTH : (n + 1) * WIDTH]) for n in range(full)]
        level += 1
    return tiles


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_a_tree_grown_in_steps_is_the_tree(steps: list[int]) -> None:
    tiles: dict[Coordinates, bytes] = {}
    edge = Edge()
    for step in steps:
        tiles |= edge.extend(LEAVES[edge.size : edge.size + step])
        size = edge.size
        assert edge.root() == merkle.root(LEAVES[:size])
        open_ = {level: tiles.get(open_tile(size, level), b"") for level in range(levels(size))}
        edge = Edge(size, open_)
        assert edge.root() == merkle.root(LEAVES[:size])
    assert tiles == naive_tiles(edge.size)


def test_a_tree_of_three_levels() -> None:
    edge = Edge()
    tiles = edge.extend(LEAVES)
    assert edge.root() == merkle.root(LEAVES)
    assert tiles == naive_tiles(len(LEAVES))
    assert (
        edge.root()
        == Edge(
            len(LEAVES),
            {level: tiles.get(open_tile(len(LEAVES), level), b"") for level in range(3)},
        ).root()
    )


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 2000), data=st.data())
def test_proofs_are_read_from_few_tiles(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    later = naive_tiles(size + data.draw(st.integers(0, 600)))
    needed = Needed()
    merkle.inclusion_proof(index, size, needed)
    assert len(needed.tiles) <= 4
    node = reader({place: later[place] for place in needed.tiles})
    root = merkle.root(LEAVES[:size])
    proof = merkle.inclusion_proof(index, size, node)
    assert merkle.verify_inclusion(index, size, LEAVES[index], proof, root)
    needed = Needed()
    merkle.consistency_proof(index + 1, size, needed)
    node = reader({place: later[place] for place in needed.tiles})
    begun = merkle.root(LEAVES[: index + 1])
    proof = merkle.consistency_proof(index + 1, size, node)
    assert merkle.verify_consistency(index + 1, size, begun, root, proof)


def test_a_missing_or_short_tile_is_named() -> None:
    with pytest.raises(LookupError, match="0/0"):
        reader({})(0, 3)
    with pytest.raises(LookupError, match="level 0"):
        Edge(3, {0: LEAVES[0] + LEAVES[1]})
    assert Edge().root() == merkle.EMPTY_ROOT
