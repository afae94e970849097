"""A page of what was done with the data of a person."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

MONTHS = 12
PAGE = 300
KINDS = ("all", "uses", "blocked", "choices")
OWN = {"portal.greeting", "portal.data", "portal.purchases", "portal.requests"}
READ = {"consents.read", "receipt.read", "history.read", "strings.read"}


@dataclass(slots=True)
class Line:
    """One sentence; `events` are the log entries it stands for, the newest first."""

    who: str
    sentence: str
    outcome: str
    because: str
    at: datetime
    events: list[UUID] = field(default_factory=list)
    sealed: bool = False
    own: bool = False

    @property
    def newest(self) -> UUID:
        """The entry whose proof stands for the line."""
        return self.events[0]


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day."""

    day: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Days, newest first; `after` leads to the next page, None at the end."""

    days: tuple[Day, ...]
    after: UUID | None
