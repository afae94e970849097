"""What a Canadian string can say."""

from dataclasses import dataclass
from datetime import date
from typing import Final

VERSION: Final = 1
DISCLOSED, PUBLISHER = 1, 3


@dataclass(frozen=True, slots=True)
class PublisherCanada:
    """What was said to the publisher itself; `custom_count` of its purposes are its own."""

    express: frozenset[int] = frozenset()
    implied: frozenset[int] = frozenset()
    custom_count: int = 0
    custom_express: frozenset[int] = frozenset()
    custom_implied: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TcfCanada:
    """All that a Canadian string says. Sets hold ids from 1; days are UTC.

    `restrictions` are (purpose, type, runs of vendor ids) in order, as in `tcf`.
    """

    created: date
    last_updated: date
    cmp_id: int
    cmp_version: int
    vendor_list_version: int
    policy_version: int
    consent_screen: int = 0
    language: str = "EN"
    non_standard_stacks: bool = False
    special_features: frozenset[int] = frozenset()
    purposes_express: frozenset[int] = frozenset()
    purposes_implied: frozenset[int] = frozenset()
    vendors_express: frozenset[int] = frozenset()
    vendors_implied: frozenset[int] = frozenset()
    restrictions: tuple[tuple[int, int, tuple[range, ...]], ...] = ()
    publisher: PublisherCanada | None = None
    disclosed_vendors: frozenset[int] | None = None
