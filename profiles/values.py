"""Values as they come out of the vault."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Held:
    """One decrypted block: a single value, or the records of one month.

    `month` is `profiles.models.vault.TIMELESS` for a single value.
    """

    attribute: str
    month: date
    value: Any
    source: str
    recorded_at: datetime
