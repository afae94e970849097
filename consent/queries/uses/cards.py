"""What pages show of a use of data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from consent.precedence import Found

OURSELVES = "shop"


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice as shown: `rows` are the six sentences of the card, in `ROWS` order.

    `words_hash` is the SHA-256 of exactly these words in this language.
    """

    version: int
    language: str
    title: str
    rows: tuple[tuple[str, str], ...]
    published_at: datetime
    words_hash: bytes


@dataclass(frozen=True, slots=True)
class Scope:
    """One attribute of a use. `refused`: the person said No to it; `permitted`: it is in use."""

    code: str
    name: str
    is_group: bool
    parent: str | None
    refused: bool
    permitted: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The last thing the person (or someone for them) said about one purpose."""

    event: UUID
    state: str
    at: datetime
    notice: int | None
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """One purpose, as it stands for one person now; `code` is its name in the catalogue.

    `status` is the consent status in the words of DPV (none, Given, Refused, Withdrawn,
    Expired ...). `active` is whether anything of it is permitted to us, `reason` why (a
    code of consent.reasons). `answer` is the last whole answer, `bases` the legal bases,
    `because` which of the statements about it holds.
    """

    code: str
    name: str
    controller: str
    brand: str
    purpose_class: str
    asked: bool
    wording: Wording | None
    status: str
    active: bool
    reason: str
    answer: Answer | None
    scopes: tuple[Scope, ...]
    companies: tuple[str, ...]
    bases: tuple[str, ...]
    retention_days: int | None
    older_wording: bool
    because: Found | None = None
    source: str = ""
    incentive: Mapping[str, Any] | None = None

    @property
    def exceptions(self) -> tuple[Scope, ...]:
        """What the person took out of a Yes."""
        return tuple(scope for scope in self.scopes if scope.refused)


@dataclass(frozen=True, slots=True)
class Standing:
    """All uses of one person, and what holds for the person as a whole.

    `epoch` is the version of the state that was read; an answer carries it back.
    `subject_id` is None for somebody we know nothing of.
    """

    subject_id: UUID | None
    epoch: int
    uses: tuple[Use, ...]
    signal: bool
    optouts: frozenset[str]
    objections: frozenset[str]
    restricted: bool
    erasing: bool

    def use(self, code: str) -> Use | None:
        """The use with this purpose code."""
        return next((use for use in self.uses if use.code == code), None)
