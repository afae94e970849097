"""What every holder of personal data offers, so that export and erasure can walk them all.

A holder is a class named in PERSONAL_DATA_HOLDERS. Its `export` yields sections; its `erase`
says what went and what is kept, with the law that says so (GDPR Articles 15, 17 and 20).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Section:
    """One table of an export; `rows` is read once, so that memory stays constant."""

    title: str
    rows: Iterator[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What an erasure leaves behind: `why` names the law, `until` the day it goes (or None)."""

    what: str
    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one holder did: how many records it erased, and what it keeps."""

    holder: str
    erased: int
    kept: list[Kept] = field(default_factory=list)


class Holder(Protocol):
    """Asked in the order of PERSONAL_DATA_HOLDERS; both methods may be called again safely."""

    name: str

    def export(self, subject_id: UUID, *, permit: Any) -> Iterator[Section]:
        """All that this holder has about a person, read under `permit`."""
        ...

    def erase(self, subject_id: UUID, *, at: datetime) -> Outcome:
        """Erases what may go; idempotent."""
        ...
