"""The Merkle tree of RFC 6962 (section 2.1) and RFC 9162: hashes, proofs, and their verification.

One file on the standard library alone, so that anybody can read it and take it away. Hashes
are 32 bytes of SHA-256; a proof is a list of hashes; indices count from 0. The verifiers
answer False to whatever is not a right proof, garbage included, and never raise.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

#: Gives the hash of the perfect subtree of `height` that starts at leaf `index * 2**height`.
Node = Callable[[int, int], bytes]


def leaf_hash(body: bytes) -> bytes:
    """The hash of one entry: SHA-256 of 0x00 and its bytes."""
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 of 0x01 and its two children."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in order; the last may also stand for a smaller subtree."""
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, from the leaf upwards.

    Raises IndexError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise IndexError(f"There is no leaf {index} in a tree of {size}.")
    return _path(index, 0, size, node)


def consistency_proof(size1: int, size2: int, node: Node) -> list[bytes]:
    """The proof that the tree of `size1` leaves is the beginning of that of `size2`.

    Raises IndexError unless 0 < size1 <= size2.
    """
    if not 0 < size1 <= size2:
        raise IndexError(f"A tree of {size1} leaves is no beginning of one of {size2}.")
    return _subproof(size1, 0, size2, node, known=True)


def subtree_root(start: int, end: int, node: Node) -> bytes:
    """The root over the leaves from `start` to before `end`; `start` on a subtree's border."""
    size = end - start
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return node(height, start >> height)
    split = start + _split(size)
    return node_hash(subtree_root(start, split, node), subtree_root(split, end, node))


def verify_inclusion(
    index: int, size: int, leaf_hash: bytes, proof: list[bytes], root: bytes
) -> bool:
    """Whether `proof` shows the leaf at `index` in the tree of `size` leaves with this root.

    RFC 9162, section 2.1.3.2.
    """
    if not (_is_count(index) and _is_count(size) and index < size):
        return False
    if not (_is_hash(leaf_hash) and _is_hash(root) and _are_hashes(proof)):
        return False
    node, last, found = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            found = node_hash(found, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and found == root


def verify_consistency(
    size1: int, size2: int, root1: bytes, root2: bytes, proof: list[bytes]
) -> bool:
    """Whether `proof` shows that the tree of `size1` with `root1` begins that of `size2`.

    RFC 9162, section 2.1.4.2. Two trees of one size are consistent when their roots are equal
    and the proof is empty; from the empty tree nothing can be shown.
    """
    if not (_is_count(size1) and _is_count(size2) and size1 <= size2):
        return False
    if not (isinstance(root1, bytes) and isinstance(root2, bytes) and _are_hashes(proof)):
        return False
    if size1 == size2:
        return not proof and root1 == root2 and (size1 > 0 or root1 == EMPTY_ROOT)
    if size1 == 0 or not (_is_hash(root1) and _is_hash(root2)):
        return False
    return _joins(size1, size2, root1, root2, proof)


def _joins(size1: int, size2: int, root1: bytes, root2: bytes, proof: list[bytes]) -> bool:
    path = [root1, *proof] if size1 & (size1 - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and old == root1 and new == root2


def _path(index: int, start: int, end: int, node: Node) -> list[bytes]:
    if end - start == 1:
        return []
    split = start + _split(end - start)
    if index < split:
        return [*_path(index, start, split, node), subtree_root(split, end, node)]
    return [*_path(index, split, end, node), subtree_root(start, split, node)]


def _subproof(size1: int, start: int, end: int, node: Node, *, known: bool) -> list[bytes]:
    if size1 == end:
        return [] if known else [subtree_root(start, end, node)]
    split = start + _split(end - start)
    if size1 <= split:
        inner = _subproof(size1, start, split, node, known=known)
        return [*inner, subtree_root(split, end, node)]
    inner = _subproof(size1, split, end, node, known=False)
    return [*inner, subtree_root(start, split, node)]


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_hash(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == HASH_BYTES


def _are_hashes(proof: object) -> bool:
    return isinstance(proof, list) and all(_is_hash(part) for part in proof)
