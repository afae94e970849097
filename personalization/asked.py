"""What a feature is run with and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from personalization.answers import Item


@dataclass(frozen=True, slots=True)
class Asked:
    """One run. `covered` are the attributes that the permit opened, none for a fallback.

    `catalogue` is the version of the catalogue by which the gate has just decided.
    """

    subject_id: UUID | None
    at: datetime
    limit: int
    catalogue: int
    slot: str = ""
    covered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Computed:
    """What a feature made of the data: `weights` say how much of each attribute it used.

    Not `personal`: there was nothing to go by, so that the items are everybody's.
    """

    items: list[Item]
    contrast: Item | None
    personal: bool
    weights: Mapping[str, int] = field(default_factory=dict)
