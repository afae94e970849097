"""What the data set gives: households with their purchases, products; no pandas needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

SEED = 2017
HOUSEHOLDS = 2_469
SMALL = 200
SIZES = ("full", "small", "none")


def target(size: str) -> int:
    """How many households a size means."""
    return {"none": 0, "small": SMALL, "full": HOUSEHOLDS}[size]


class ProductRow(NamedTuple):
    """One product, in the order of the table's columns."""

    code: str
    title: str
    department: str
    category: str
    brand: str
    offered: bool


@dataclass(frozen=True, slots=True)
class MonthOfPurchases:
    """One household, attribute and month; a line is [product, day, quantity, cents, basket]."""

    attribute: str
    month: date
    lines: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Household:
    """One household: its number in the data, what is known of it, and what it bought."""

    number: int
    demographics: Mapping[str, str]
    purchases: list[MonthOfPurchases]

    @property
    def lines(self) -> int:
        """How many purchase lines there are."""
        return sum(len(block.lines) for block in self.purchases)
