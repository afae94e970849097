"""Filling the product catalogue, and remembering how far a data set was loaded."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from consent.queries.states import raw_cursor
from personalization.models import DatasetLoad, Product

COPY = "COPY personalization_product (code, title, department, category, brand, offered) FROM STDIN"


def load_products(rows: Iterable[tuple[str, str, str, str, str, bool]]) -> int:
    """Put products (code, title, department, category, brand, offered) in the place of all others.

    One commit; how many there are then.
    """
    count = 0
    with transaction.atomic():
        Product.objects.all().delete()
        with raw_cursor().copy(COPY) as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
    return count


def begin_load(*, name: str, at: datetime) -> DatasetLoad:
    """The row of a data set, made at the first call; it says where to go on."""
    load, _ = DatasetLoad.objects.get_or_create(
        name=name, defaults={"position": 0, "started_at": at, "moved_at": at}
    )
    return load


def advance_load(*, name: str, position: int, at: datetime) -> None:
    """Say in the caller's transaction that everything before `position` is loaded."""
    DatasetLoad.objects.filter(name=name).update(position=position, moved_at=at)
