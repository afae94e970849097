"""What a table of a US section is made of."""

from dataclasses import dataclass
from typing import NamedTuple


class Field(NamedTuple):
    """`times` 0 is a single value; `least` is 1 for what must always be answered."""

    name: str
    times: int = 0
    least: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """One version of one section.

    `gpc` tells whether a Sec-GPC segment may follow, `extra` are the fields of a second
    segment without a type, as Indiana, Kentucky and Rhode Island have it.
    """

    section: int
    name: str
    version: int
    fields: tuple[Field, ...]
    gpc: bool = True
    extra: tuple[Field, ...] = ()
