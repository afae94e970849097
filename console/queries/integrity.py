"""Whether the log can be trusted now: what is sealed, what waits, what the last check found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit import queries as audit
from audit.queries import Filters

LATE = timedelta(seconds=10)
CHECKS_READ = 100


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the whole log, as far as it has come.

    `state`: waiting (for a worker), running, held (all fits), failed (does not fit), broken (could
    not be carried out). `first_bad` is the place of the first bad entry, `bad_event` its id.
    """

    run: UUID
    state: str
    at: datetime
    checked: int
    size: int
    root: str
    signed_at: datetime | None
    milliseconds: int
    what: str
    first_bad: int | None
    bad_event: UUID | None

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self.state in {"held", "failed", "broken"}


@dataclass(frozen=True, slots=True)
class Integrity:
    """The state of the log. `late` is set when entries have waited too long for their place."""

    size: int
    signed_at: datetime | None
    waiting: int
    oldest: datetime | None
    late: bool
    last: Check | None

    @property
    def entries(self) -> int:
        """All that is on record, with what waits for its place."""
        return self.size + self.waiting

    @property
    def state(self) -> str:
        """failed, late, held, or unchecked: the worst that is known."""
        if self.last is not None and self.last.state == "failed":
            return "failed"
        if self.late:
            return "late"
        return "held" if self.last is not None and self.last.state == "held" else "unchecked"


def integrity(*, at: datetime) -> Integrity:
    """Three small reads; nothing of the log itself is read again."""
    head, waiting = audit.latest_checkpoint(), audit.backlog()
    ended = [found for found in checks(kind="log.verified", limit=10) if found.state != "broken"]
    return Integrity(
        size=head.size if head else 0,
        signed_at=head.at if head else None,
        waiting=waiting.count,
        oldest=waiting.oldest,
        late=waiting.oldest is not None and at - waiting.oldest > LATE,
        last=ended[0] if ended else None,
    )


def checks(*, kind: str = "log", limit: int = CHECKS_READ) -> list[Check]:
    """The latest words of checks, the latest first."""
    return [
        check_of(event.facts, event.at)
        for event in audit.events(filters=Filters(kind=kind), limit=limit)
        if "run" in event.facts
    ]


def check(run: UUID) -> Check | None:
    """How far one check has come; None where there is no such check among the latest."""
    return next((found for found in checks() if found.run == run), None)


def check_of(facts: Mapping[str, Any], at: datetime) -> Check:
    """A check from the facts of an entry of the kinds `log.verifying` and `log.verified`."""
    signed = facts.get("signed_at")
    bad = facts.get("bad_event")
    return Check(
        run=UUID(facts["run"]),
        state=facts["state"],
        at=at,
        checked=facts.get("checked", 0),
        size=facts.get("size", 0),
        root=facts.get("root", ""),
        signed_at=datetime.fromisoformat(signed) if signed else None,
        milliseconds=facts.get("milliseconds", 0),
        what=facts.get("what", ""),
        first_bad=facts.get("first_bad"),
        bad_event=UUID(bad) if bad else None,
    )
