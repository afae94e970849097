"""Sets of ids as GPP writes them: a bit for each id, or ranges by the step from the id before.

The fields are those of `fixed_ranges`, with Fibonacci numbers in place of ids.
"""

from consent.strings.fibonacci import fibonacci
from consent.strings.fixed_ranges import COUNT, ID, MOST_ENTRIES
from consent.strings.reader import BitReader
from consent.strings.runs import MOST_ID, joined, spans, within_bounds
from consent.strings.writer import BitWriter


def read_fibonacci_runs(reader: BitReader, name: str) -> tuple[range, ...]:
    """A Fibonacci range field; its ids ascend by construction."""
    runs, before = [], 0
    for _ in range(reader.number(COUNT, name)):
        is_span = reader.flag(name)
        first = before + reader.fibonacci(name)
        before = first + reader.fibonacci(name) if is_span else first
        if before > MOST_ID:
            raise reader.error(name, f"names an id past {MOST_ID}")
        runs.append(range(first, before + 1))
    return joined(runs)


def write_fibonacci_runs(writer: BitWriter, runs: tuple[range, ...], name: str) -> None:
    """A Fibonacci range field."""
    if not within_bounds(runs):
        raise writer.error(name, f"names an id outside 1 to {MOST_ID}")
    writer.number(len(runs), COUNT, name)
    writer.raw("".join(_fibonacci_bits(runs)))


def _fibonacci_bits(runs: tuple[range, ...]) -> list[str]:
    entries, before = [], 0
    for run in runs:
        entry = ("1" if len(run) > 1 else "0") + fibonacci(run.start - before)
        entries.append(entry + (fibonacci(len(run) - 1) if len(run) > 1 else ""))
        before = run.stop - 1
    return entries


def read_fibonacci_ids(reader: BitReader, name: str) -> tuple[range, ...]:
    """The largest id, a flag, then a bit for each id or (flag set) ranges; as runs."""
    most = reader.number(ID, name)
    if not reader.flag(name):
        return spans(reader.numbered(most, name))
    runs = read_fibonacci_runs(reader, name)
    if runs and runs[-1].stop - 1 > most:
        raise reader.error(name, "names an id past its own largest one")
    return runs


def write_fibonacci_ids(writer: BitWriter, runs: tuple[range, ...], name: str) -> None:
    """The shorter of the two forms, as the reference of GPP chooses between them."""
    if not within_bounds(runs):
        raise writer.error(name, f"names an id outside 1 to {MOST_ID}")
    most = runs[-1].stop - 1 if runs else 0
    length = COUNT + sum(map(len, _fibonacci_bits(runs)))
    writer.number(most, ID, name)
    by_range = length <= most and len(runs) <= MOST_ENTRIES
    writer.flag(by_range)
    if by_range:
        write_fibonacci_runs(writer, runs, name)
    else:
        writer.numbered((each for run in runs for each in run), most, name)
