"""Every reason a decision can give, every obligation it can carry, and how to say them.

The list is closed and the codes are a stable API: a code is never renamed or reused.
`DEVELOPERS` says what happened and what to do; `CUSTOMER_EN` and `CUSTOMER_UK` tell the
person, calmly, in words of school age. Every code has all three (tested).
"""

from typing import Final

from consent.reasons.customers_en import CUSTOMER_EN
from consent.reasons.customers_uk import CUSTOMER_UK
from consent.reasons.details import DETAILS, DETAILS_EN, DETAILS_UK
from consent.reasons.developers import DENIALS, PERMITS
from consent.reasons.obligations import OBLIGATIONS

DEVELOPERS: Final = {**DENIALS, **PERMITS}
REASON_CODES: Final = frozenset(DEVELOPERS)

__all__ = [
    "CUSTOMER_EN",
    "CUSTOMER_UK",
    "DENIALS",
    "DETAILS",
    "DETAILS_EN",
    "DETAILS_UK",
    "DEVELOPERS",
    "OBLIGATIONS",
    "PERMITS",
    "REASON_CODES",
]
