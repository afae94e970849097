"""The cast and two partners, for the tests of profiles."""

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
