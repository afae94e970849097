"""A small market: products, and shoppers who said Yes to recommendations."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from uuid import UUID

import pytest
from django.utils import timezone
from zeal import zeal_context

from consent.actions import asking, cataloguing
from personalization.memory import memory
from personalization.models import Product
from profiles.actions import vault
from tests.cast import bring_in, given

DEPARTMENTS = {"a": "purchases.produce", "b": "purchases.grocery", "s": "purchases.spirits"}
MONTH = date(2026, 10, 1)

Shopper = Callable[..., UUID]


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    """No test sees what another one filled in, or counted on in another database."""
    memory.forget()
    asking._verdicts_kept.clear()
    yield
    memory.forget()


@pytest.fixture
def market(committed: None) -> None:
    """Eight fruits (a), eight groceries (b) and a spirit (s) that is never offered."""
    cataloguing.load(document=cataloguing.default_document(), by="tests", at=timezone.now())
    codes = [f"{kind}{number}" for kind in "ab" for number in range(8)]
    Product.objects.bulk_create(
        Product(
            code=code,
            title=f"Product {code}",
            department=DEPARTMENTS[code[0]],
            offered=not code.startswith("s"),
        )
        for code in [*codes, "s0"]
    )


def buy(person: UUID, codes: Sequence[str], *, day: int = 5, month: date = MONTH) -> None:
    """Put purchases in the vault, a line per product."""
    blocks = []
    for kind, department in DEPARTMENTS.items():
        lines = [[code, day, 1, 199, "b1"] for code in codes if code.startswith(kind)]
        if lines:
            blocks.append(vault.Block(person, department, lines, month))
    vault.put(blocks=blocks, source="tests", at=timezone.now())


@pytest.fixture
def shopper(market: None) -> Shopper:
    """Brings in somebody who bought these products; `yes` says whether they allow it."""

    def bring(*codes: str, yes: bool = True, day: int = 5, jurisdiction: str = "EU-DE") -> UUID:
        with zeal_context():
            person = bring_in(jurisdiction)
            buy(person, codes, day=day)
            if yes:
                given(person)
        return person

    return bring
