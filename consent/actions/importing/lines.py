"""What is brought in, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from consent.acts import Act
from consent.errors import ConsentRefused


@dataclass(frozen=True, slots=True)
class PastAct:
    """An act and when it was done; `expires_at` where it was given for a time of its own."""

    act: Act
    valid_from: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonActs:
    """All that is brought in for one person; an empty list gives them an all-denying state."""

    subject_id: UUID
    acts: Sequence[PastAct]


class Line(NamedTuple):
    """One past act of one person, under the id that it has however often it is brought in.

    `also` is another id under which the same act may be here already.
    """

    subject_id: UUID
    past: PastAct
    event_id: UUID
    also: UUID | None = None


class Outcome(NamedTuple):
    """What became of a line: recorded, here already (`repeated`), or refused."""

    event_id: UUID
    repeated: bool = False
    refused: ConsentRefused | None = None


def names_of(line: Line) -> tuple[UUID, ...]:
    """All ids under which the act of a line may be here already."""
    return (line.event_id,) if line.also is None else (line.event_id, line.also)
