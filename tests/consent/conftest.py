"""The cast and two partners, for the tests of consent."""

from collections.abc import Iterator

import pytest

from consent.actions import asking
from consent.queries import catalogue as catalogues
from tests.cast import ada, ben, catalogue, cleo, dan
from tests.partners import northwind, nothing_remembered, shop_app

__all__ = [
    "ada",
    "ben",
    "catalogue",
    "cleo",
    "dan",
    "northwind",
    "nothing_remembered",
    "shop_app",
]


@pytest.fixture(autouse=True)
def no_catalogue_remembered() -> Iterator[None]:
    """Because a version that was rolled back stands for another catalogue in the next test."""
    catalogues.forget()
    asking._outcomes_kept.clear()
    asking._verdicts_kept.clear()
    yield
