"""Purchase lines as the vault keeps them: `[product, day, quantity, cents, basket]` per month."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np

from personalization.postings import NOTHING, History, day_number, history
from personalization.shelf import Shelf


def lines(value: Any, month: date) -> tuple[list[str], list[int]]:
    """Product codes and day numbers of one block; what has another form is passed over."""
    if not isinstance(value, list):
        return [], []
    first = day_number(month) - 1
    codes, days = [], []
    for line in value:
        if _is_line(line):
            codes.append(str(line[0]))
            days.append(first + line[1])
    return codes, days


def folded(blocks: Iterable[tuple[Any, date]], shelf: Shelf) -> History:
    """One person's blocks (value, month) as a History over the shelf's item numbers."""
    codes: list[str] = []
    days: list[int] = []
    for value, month in blocks:
        more_codes, more_days = lines(value, month)
        codes += more_codes
        days += more_days
    if not codes:
        return NOTHING
    items = shelf.numbers(codes)
    known = items >= 0
    return history(items[known], np.asarray(days, np.int32)[known])


def _is_line(line: Any) -> bool:
    return isinstance(line, list) and len(line) > 1 and type(line[1]) is int and 1 <= line[1] <= 31
