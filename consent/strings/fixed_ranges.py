"""Sets of ids as TCF writes them: a bit for each id, or ranges of ids of 16 bits.

A range field is a count (12 bits) and as many entries: a flag, a first id and, where the
flag is set, a last one.
"""

from typing import Final

from consent.strings.reader import BitReader
from consent.strings.runs import MOST_ID, joined, spans, within_bounds
from consent.strings.writer import BitWriter

COUNT: Final = 12
ID: Final = 16
MOST_ENTRIES: Final = (1 << COUNT) - 1
_SINGLE, _SPAN = ID, 1 + 2 * ID
# The reference writes ranges only past this id, and counts them without the last sixteen bits.
_SHORTEST_RANGES = 45


def read_runs(reader: BitReader, name: str) -> tuple[range, ...]:
    """A fixed range field."""
    runs = []
    for _ in range(reader.number(COUNT, name)):
        is_span = reader.flag(name)
        first = reader.number(ID, name)
        last = reader.number(ID, name) if is_span else first
        if not 1 <= first <= last:
            raise reader.error(name, "has a range that ends before it begins, or begins at 0")
        runs.append(range(first, last + 1))
    return joined(runs)


def write_runs(writer: BitWriter, runs: tuple[range, ...], name: str) -> None:
    """A fixed range field."""
    if not within_bounds(runs):
        raise writer.error(name, f"names an id outside 1 to {MOST_ID}")
    writer.number(len(runs), COUNT, name)
    for run in runs:
        writer.flag(len(run) > 1)
        writer.number(run.start, ID, name)
        if len(run) > 1:
            writer.number(run.stop - 1, ID, name)


def read_ids(reader: BitReader, name: str) -> frozenset[int]:
    """The largest id, a flag, then a bit for each id or (flag set) ranges."""
    most = reader.number(ID, name)
    if not reader.flag(name):
        return reader.numbered(most, name)
    runs = read_runs(reader, name)
    if runs and runs[-1].stop - 1 > most:
        raise reader.error(name, "names an id past its own largest one")
    return frozenset(each for run in runs for each in run)


def write_ids(writer: BitWriter, ids: frozenset[int], name: str) -> None:
    """The shorter of the two forms, as the reference of TCF chooses between them."""
    runs, most = spans(ids), max(ids, default=0)
    length = COUNT + sum(_SPAN if len(run) > 1 else _SINGLE for run in runs) - ID
    if not within_bounds(runs):
        raise writer.error(name, f"names an id outside 1 to {MOST_ID}")
    writer.number(most, ID, name)
    by_range = most > _SHORTEST_RANGES and length < most and len(runs) <= MOST_ENTRIES
    writer.flag(by_range)
    if by_range:
        write_runs(writer, runs, name)
    else:
        writer.numbered(ids, most, name)
