"""Facts of an entry read as what is stored, not as the program sees them."""

import pytest

from config.templatetags.sayso import as_stored


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        ("shop", "shop"),
        (["name", "phone"], '["name", "phone"]'),
        (True, "true"),
        (None, "null"),
        (7, "7"),
    ],
)
def test_a_fact_is_shown_as_it_is_stored(fact: object, shown: str) -> None:
    assert as_stored(fact) == shown
