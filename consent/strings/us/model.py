"""What a US section can say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from consent.strings.errors import StringMalformed
from consent.strings.us.fields import Layout
from consent.strings.us.tables import LAYOUTS

Value = int | tuple[int, ...]
LARGEST: Final = 2
# The type of the segment that holds the signal.
GPC: Final = 1


@dataclass(frozen=True, slots=True)
class UsSection:
    """One US section: field names of the specification to 0, 1, 2, or as many as it has.

    What is left out is 0, and 2 (No) for `MspaCoveredTransaction`. `gpc` None: no such
    segment. `extra`: the second segment of three states, None where there is none.
    """

    section: int
    version: int
    fields: Mapping[str, Value] = field(default_factory=dict)
    gpc: bool | None = None
    extra: Mapping[str, Value] | None = None


def layout_of(section: int, version: int) -> Layout:
    """The table of one version; raises StringMalformed where there is none."""
    layout = LAYOUTS.get((section, version))
    if layout is None:
        raise StringMalformed(f"section {section}.version", "is not one that is known")
    return layout
