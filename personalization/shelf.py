"""The products as numbers: small arrays that hold nothing of anybody."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from personalization.models import Product

TITLES_KEPT = 20_000


class Shelf:
    """Item numbers are places in the rising order of the product codes' bytes."""

    def __init__(self, products: Iterable[tuple[str, str, bool]]) -> None:
        """`products` are (code, department, offered)."""
        rows = sorted(
            (code.encode(), department, offered) for code, department, offered in products
        )
        self.names = sorted({department for _, department, _ in rows})
        place = {name: number for number, name in enumerate(self.names)}
        self.codes: NDArray[np.bytes_] = np.array([code for code, _, _ in rows], dtype=bytes)
        self.departments = np.array([place[name] for _, name, _ in rows], np.int16)
        self.offered = np.array([offered for _, _, offered in rows], bool)
        self._titles: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self.codes)

    def numbers(self, codes: Sequence[str]) -> NDArray[np.int32]:
        """Item numbers; -1 for a code that is not on the shelf."""
        if not len(self):
            return np.full(len(codes), -1, np.int32)
        wanted = np.array([code.encode() for code in codes], dtype=bytes)
        places = np.searchsorted(self.codes, wanted).clip(max=len(self) - 1)
        return np.where(self.codes[places] == wanted, places, -1).astype(np.int32)

    def code(self, number: int) -> str:
        """The product code of an item number."""
        return bytes(self.codes[number]).decode()

    def department(self, number: int) -> str:
        """The attribute that purchases of this item belong to."""
        return self.names[int(self.departments[number])]

    def open_to(self, departments: Collection[str]) -> NDArray[np.bool_]:
        """Which items are offered and belong to one of `departments`."""
        wanted = [place for place, name in enumerate(self.names) if name in departments]
        return self.offered & np.isin(self.departments, wanted)

    def titles(self, codes: Iterable[str]) -> dict[str, str]:
        """Titles by code, kept in memory once asked for."""
        wanted = set(codes)
        missing = wanted - self._titles.keys()
        if missing:
            if len(self._titles) > TITLES_KEPT:
                self._titles.clear()
                missing = wanted
            found = Product.objects.filter(code__in=missing).values_list("code", "title")
            self._titles.update(found)
        return {code: self._titles.get(code, code) for code in wanted}


def load() -> Shelf:
    """The shelf as the catalogue of products is now."""
    return Shelf(Product.objects.values_list("code", "department", "offered").iterator(5000))
