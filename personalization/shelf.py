"""The products as numbers: small arrays that hold nothing of anybody."""

from array import array
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalization.models import Product

TITLES_KEPT = 20_000


class Shelf:
    """Item numbers are places in the rising order of the product codes' bytes."""

    def __init__(self, products: Iterable[tuple[str, str, bool]]) -> None:
        """`products` are (code, department, offered)."""
        place: dict[str, int] = {}
        codes: list[bytes] = []
        departments, offered = array("h"), bytearray()
        for code, department, is_offered in products:
            codes.append(code.encode())
            departments.append(place.setdefault(department, len(place)))
            offered.append(is_offered)
        found: NDArray[np.bytes_] = np.array(codes, dtype=bytes)
        order = np.argsort(found)
        self.names = list(place)
        self.codes: NDArray[np.bytes_] = found[order]
        self.departments = np.array(departments, np.int16)[order]
        self.offered = np.frombuffer(bytes(offered), bool)[order]
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

    def codes_of(self, numbers: Sequence[int] | NDArray[Any]) -> list[str]:
        """The product codes of item numbers."""
        places = np.asarray(numbers, np.int64)
        return [code.decode() for code in self.codes[places].tolist()]

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
