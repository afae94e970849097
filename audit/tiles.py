"""How a tree is cut into tiles of 256 hashes (C2SP tlog-tiles), and read and grown through them.

The tile (level, number) holds the roots of 256 neighbouring subtrees of 256**level leaves each.
A proof in a tree of a million leaves needs about five tiles.
"""

from collections.abc import Iterable, Mapping

from audit.merkle import HASH_BYTES, Node, root

WIDTH = 256
_HEIGHT = 8

Coordinates = tuple[int, int]


def holder_of(height: int, index: int) -> tuple[Coordinates, int, int]:
    """The tile that holds a perfect subtree, and its first and last + 1 entry therein."""
    level, above = divmod(height, _HEIGHT)
    first = index << above
    start = first % WIDTH
    return (level, first // WIDTH), start, start + (1 << above)


def reader(tiles: Mapping[Coordinates, bytes]) -> Node:
    """A look-up of perfect subtrees in tiles; raises LookupError where a tile lacks them."""

    def node(height: int, index: int) -> bytes:
        place, start, end = holder_of(height, index)
        part = tiles.get(place, b"")[start * HASH_BYTES : end * HASH_BYTES]
        if len(part) != (end - start) * HASH_BYTES:
            raise LookupError(f"Tile {place[0]}/{place[1]} of the log is missing or cut short.")
        return root([part[i : i + HASH_BYTES] for i in range(0, len(part), HASH_BYTES)])

    return node


class Needed:
    """Stands in for a look-up and notes which tiles a proof will need."""

    def __init__(self) -> None:
        self.tiles: set[Coordinates] = set()

    def __call__(self, height: int, index: int) -> bytes:
        """Notes the tile; the hash it gives means nothing."""
        self.tiles.add(holder_of(height, index)[0])
        return b""


class Edge:
    """The right edge of a growing tree: per level the hashes not yet sealed in a full tile."""

    def __init__(self, size: int = 0, open_tiles: Mapping[int, bytes] | None = None) -> None:
        """Raises LookupError unless `open_tiles` (level -> bytes) fit a tree of `size` leaves."""
        self.size = size
        self._levels: list[list[bytes]] = []
        for level in range(levels(size)):
            width = (size >> (_HEIGHT * level)) % WIDTH
            content = (open_tiles or {}).get(level, b"")[: width * HASH_BYTES]
            if len(content) != width * HASH_BYTES:
                raise LookupError(f"The open tile of level {level} is missing or cut short.")
            self._levels.append(
                [content[i : i + HASH_BYTES] for i in range(0, len(content), HASH_BYTES)]
            )

    def extend(self, hashes: Iterable[bytes]) -> dict[Coordinates, bytes]:
        """Appends leaf hashes; gives every tile that changed, whole or open, as it is now."""
        changed: dict[Coordinates, bytes] = {}
        touched: set[int] = set()
        for leaf in hashes:
            self.size += 1
            self._append(0, leaf, changed, touched)
        for level in touched:
            if self._levels[level]:
                number = (self.size >> (_HEIGHT * level)) // WIDTH
                changed[level, number] = b"".join(self._levels[level])
        return changed

    def root(self) -> bytes:
        """The root of the whole tree."""
        hashes: list[bytes] = []
        for level in self._levels:
            if level or hashes:
                hashes = [root([*level, *hashes])]
        return root(hashes)

    def _append(
        self, level: int, leaf: bytes, changed: dict[Coordinates, bytes], touched: set[int]
    ) -> None:
        while True:
            if level == len(self._levels):
                self._levels.append([])
            hashes = self._levels[level]
            hashes.append(leaf)
            touched.add(level)
            if len(hashes) < WIDTH:
                return
            number = (self.size >> (_HEIGHT * (level + 1))) - 1
            changed[level, number] = b"".join(hashes)
            leaf = root(hashes)
            hashes.clear()
            level += 1


def levels(size: int) -> int:
    """How many levels of tiles a tree of `size` leaves has."""
    count = 0
    while size:
        count += 1
        size >>= _HEIGHT
    return count


def open_tile(size: int, level: int) -> Coordinates:
    """Where the tile that grows next on this level is."""
    return level, (size >> (_HEIGHT * level)) // WIDTH
