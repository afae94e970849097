"""The tree agrees with published vectors, with another implementation, and with its own laws."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from pymerkle.hasher import MerkleHasher

from audit import merkle

VECTORS = json.loads((Path(__file__).parent / "vectors" / "merkle.json").read_text())


def tree(size: int) -> tuple[list[bytes], merkle.Node]:
    """Leaf hashes, and a look-up of perfect subtrees over them."""
    leaves = [merkle.leaf_hash(b"%d" % number) for number in range(size)]

    def node(height: int, index: int) -> bytes:
        return merkle.root(leaves[index << height : (index + 1) << height])

    return leaves, node


def test_the_reference_tree_of_certificate_transparency() -> None:
    reference = VECTORS["ct_reference_tree"]
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in reference["leaves_hex"]]
    roots = [merkle.root(leaves[: size + 1]).hex() for size in range(8)]
    assert roots == reference["roots_hex_size1..8"]
    assert merkle.root([]) == merkle.EMPTY_ROOT


def hashes(proof: list[str] | None) -> list[bytes]:
    return [b64decode(part) for part in proof or []]


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["path"])
def test_published_inclusion_vectors(vector: dict[str, Any]) -> None:
    accepted = merkle.verify_inclusion(
        vector["leafIdx"],
        vector["treeSize"],
        b64decode(vector["leafHash"] or ""),
        hashes(vector["proof"]),
        b64decode(vector["root"] or ""),
    )
    assert accepted is not vector["wantErr"]


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["path"])
def test_published_consistency_vectors(vector: dict[str, Any]) -> None:
    accepted = merkle.verify_consistency(
        vector["size1"],
        vector["size2"],
        b64decode(vector["root1"] or ""),
        b64decode(vector["root2"] or ""),
        hashes(vector["proof"]),
    )
    assert accepted is not vector["wantErr"]


@given(size=st.integers(1, 200), data=st.data())
def test_every_leaf_is_proven_and_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves, node = tree(size)
    root = merkle.root(leaves)
    proof = merkle.inclusion_proof(index, size, node)
    assert merkle.verify_inclusion(index, size, leaves[index], proof, root)
    assert not merkle.verify_inclusion(index, size, merkle.leaf_hash(b"x"), proof, root)
    assert not merkle.verify_inclusion(index, size, leaves[index], [*proof, root], root)
    assert not merkle.verify_inclusion(index + 1, size, leaves[index], proof, root)
    if proof:
        assert not merkle.verify_inclusion(index, size, leaves[index], proof[:-1], root)


@given(sizes=st.tuples(st.integers(1, 200), st.integers(1, 200)).map(sorted))
def test_every_beginning_is_proven(sizes: list[int]) -> None:
    size1, size2 = sizes
    leaves, node = tree(size2)
    root1, root2 = merkle.root(leaves[:size1]), merkle.root(leaves)
    proof = merkle.consistency_proof(size1, size2, node)
    assert merkle.verify_consistency(size1, size2, root1, root2, proof)
    forged = merkle.leaf_hash(b"forged")
    assert not merkle.verify_consistency(size1, size2, forged, root2, proof)
    assert not merkle.verify_consistency(size1, size2, root1, forged, proof)
    for position in range(len(proof)):
        altered = [*proof[:position], forged, *proof[position + 1 :]]
        assert not merkle.verify_consistency(size1, size2, root1, root2, altered)


@given(size=st.integers(1, 120))
def test_another_implementation_finds_the_same_roots_and_paths(size: int) -> None:
    judge = InmemoryTree(algorithm="sha256")
    for number in range(size):
        judge.append_entry(b"%d" % number)
    leaves, node = tree(size)
    assert judge.get_root() == merkle.root(leaves)
    proof = judge.prove_inclusion(size, size)
    assert proof.path == [leaves[-1], *merkle.inclusion_proof(size - 1, size, node)]


def test_another_implementation_hashes_alike() -> None:
    judge = MerkleHasher("sha256", security=True)
    assert judge.hash_buff(b"entry") == merkle.leaf_hash(b"entry")
    assert judge.hash_pair(b"a" * 32, b"b" * 32) == merkle.node_hash(b"a" * 32, b"b" * 32)


GARBAGE = st.one_of(
    st.none(),
    st.integers(-(2**70), 2**70),
    st.booleans(),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=40),
    st.binary(min_size=32, max_size=32),
    st.lists(st.one_of(st.none(), st.binary(min_size=32, max_size=32), st.text()), max_size=70),
)


@given(st.tuples(GARBAGE, GARBAGE, GARBAGE, GARBAGE, GARBAGE))
def test_garbage_is_answered_with_no(garbage: tuple[Any, ...]) -> None:
    assert merkle.verify_inclusion(*garbage) is False
    index, size, first, second, proof = garbage
    equal = type(index) is int and index == size and first == second and not proof
    assert merkle.verify_consistency(index, size, first, second, proof) is False or equal


def test_a_huge_proof_for_a_huge_tree_is_answered() -> None:
    filler = [b"\x00" * 32] * 64
    assert not merkle.verify_inclusion(2**64 - 2, 2**64 - 1, b"\x00" * 32, filler, b"\x00" * 32)
    assert not merkle.verify_consistency(2**63, 2**64, b"\x00" * 32, b"\x00" * 32, filler)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(index, size, tree(3)[1])


@pytest.mark.parametrize(("size1", "size2"), [(0, 3), (4, 3), (-1, 3)])
def test_no_proof_for_a_beginning_that_is_not_one(size1: int, size2: int) -> None:
    with pytest.raises(IndexError):
        merkle.consistency_proof(size1, size2, tree(3)[1])
