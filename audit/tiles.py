"""How a tree is cut into tiles of 256 hashes (C2SP tlog-tiles), and read and grown through them.

The tile (level, number) holds the roots of 256 neighbouring subtrees of 256**level leaves each.
A proof in a tree of a million leaves needs about five tiles.
"""

from collections.abc import Iterable, Mapping

from audit.merkle import EMPTY_ROOT, HASH_BYTES, Node, node_hash, root

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
    """The right edge of a growing tree: what is needed to append, and to name the root."""

    def __init__(self, size: int = 0, open_tiles: Mapping[int, bytes] | None = None) -> None:
        """Raises LookupError unless `open_tiles` (level -> bytes) fit a tree of `size` leaves."""
        self.size = size
        self._levels: list[list[bytes]] = [[] for _ in range(levels(size))]
        self._peaks: list[bytes] = []
        self._full: dict[Coordinates, bytes] = {}
        for level, hashes in enumerate(self._levels):
            width = (size >> (_HEIGHT * level)) % WIDTH
            content = (open_tiles or {}).get(level, b"")[: width * HASH_BYTES]
            if len(content) != width * HASH_BYTES:
                raise LookupError(f"The open tile of level {level} is missing or cut short.")
            hashes += [content[i : i + HASH_BYTES] for i in range(0, len(content), HASH_BYTES)]
            for entry in hashes:
                self._raise_peak(_HEIGHT * level, entry, above=_HEIGHT * (level + 1))

    def append(self, leaf: bytes) -> None:
        """Adds one leaf hash."""
        self._raise_peak(0, leaf, above=0)
        self.size += 1

    def extend(self, hashes: Iterable[bytes]) -> dict[Coordinates, bytes]:
        """Adds leaf hashes; gives every tile that changed, full or open, as it is now."""
        before = self.size
        for leaf in hashes:
            self.append(leaf)
        changed = self.take_full()
        for level, open_hashes in enumerate(self._levels):
            if open_hashes and before >> (_HEIGHT * level) != self.size >> (_HEIGHT * level):
                changed[open_tile(self.size, level)] = b"".join(open_hashes)
        return changed

    def take_full(self) -> dict[Coordinates, bytes]:
        """The tiles that were filled since the last call."""
        full, self._full = self._full, {}
        return full

    def open_tiles(self) -> dict[Coordinates, bytes]:
        """The tiles that are not full yet."""
        return {
            open_tile(self.size, level): b"".join(hashes)
            for level, hashes in enumerate(self._levels)
            if hashes
        }

    def root(self) -> bytes:
        """The root of the whole tree, in as many hashes as it is high."""
        found = b""
        for peak in self._peaks:
            if peak:
                found = node_hash(peak, found) if found else peak
        return found or EMPTY_ROOT

    def _raise_peak(self, height: int, node: bytes, *, above: int) -> None:
        # Nodes at heights from `above` on that end a level of tiles are entries of the next.
        peaks = self._peaks
        while True:
            if height % _HEIGHT == 0 and height >= above:
                self._enter(height // _HEIGHT, node)
            while height >= len(peaks):
                peaks.append(b"")
            if not peaks[height]:
                peaks[height] = node
                return
            node = node_hash(peaks[height], node)
            peaks[height] = b""
            height += 1

    def _enter(self, level: int, node: bytes) -> None:
        if level == len(self._levels):
            self._levels.append([])
        hashes = self._levels[level]
        hashes.append(node)
        if len(hashes) == WIDTH:
            number = ((self.size + 1) >> (_HEIGHT * (level + 1))) - 1
            self._full[level, number] = b"".join(hashes)
            hashes.clear()


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
