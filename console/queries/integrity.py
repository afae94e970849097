"""Whether the log can be trusted now: what is sealed, what waits, what the last check found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit import queries as audit
from audit.errors import EventUnknown
from console.queries.log import OfficerFilters, first_of, time_of
from console.queries.watch import Watched, watched

LATE = timedelta(seconds=10)
LONGEST_CHECK = timedelta(hours=2)
# Because entries may become visible a little later than their identifiers were made.
OVERLAP = timedelta(minutes=1)
LARGEST_PAGE = 500


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
    watch: Watched
    at: datetime

    @property
    def entries(self) -> int:
        """All that is on record, with what waits for its place."""
        return self.size + self.waiting

    @property
    def state(self) -> str:
        """The worst that is known: failed, mismatch, late, silent, checking, held or unchecked."""
        verification = self.watch.verification.get("state")
        last = self.last.state if self.last is not None else None
        found = {
            "failed": "failed" in {verification, last},
            "mismatch": bool(self.watch.mismatches),
            "late": self.late or self.watch.queue.get("state") == "stopped",
            "silent": self.watch.silent(self.at),
            "checking": verification == "running",
            "held": "held" in {verification, last},
        }
        return next((state for state, holds in found.items() if holds), "unchecked")

    @property
    def first_bad(self) -> int | None:
        """The place of the first bad entry, where one is known."""
        problem = self.watch.verification.get("problem")
        if problem is not None:
            return problem["index"]
        return self.last.first_bad if self.last is not None else None

    @property
    def verified(self) -> int:
        """How many entries were found to fit."""
        if self.watch.verification:
            return int(self.watch.verification.get("checked", 0))
        return self.last.size if self.last is not None else 0

    @property
    def minutes(self) -> int:
        """How long ago that was, in whole minutes."""
        when = self.watch.verified_at or (self.last.at if self.last is not None else self.at)
        return max(0, int((self.at - when).total_seconds() // 60))


def integrity(*, at: datetime) -> Integrity:
    """A few small reads; nothing of the log itself is read again."""
    head, waiting = audit.latest_checkpoint(), audit.backlog()
    last = _remembered.latest(at)
    return Integrity(
        size=head.size if head else 0,
        signed_at=head.at if head else None,
        waiting=waiting.count,
        oldest=waiting.oldest,
        late=waiting.oldest is not None and at - waiting.oldest > LATE,
        last=last,
        watch=watched(),
        at=at,
    )


def check(run: UUID) -> Check | None:
    """How far one check has come; None where there is none with this id."""
    try:
        began = time_of(run)
        words = _words("log", since=began - OVERLAP, until=began + LONGEST_CHECK)
    except (ValueError, OverflowError):
        return None
    return next((found for _entry, found in words if found.run == run), None)


def _words(kind: str, *, since: datetime | None, until: datetime) -> list[tuple[UUID, Check]]:
    """What checks said of themselves in a span of time, the latest first, with its entry."""
    filters = OfficerFilters(kind=kind, newer_than=first_of(since) if since else None)
    found = audit.events(filters=filters, after=first_of(until), limit=LARGEST_PAGE)
    return [(event.id, check_of(event.facts, event.at)) for event in found if "run" in event.facts]


class _Remembered:
    """The last check that came to an end, so that a page reads only what was written since."""

    def __init__(self) -> None:
        self._known: tuple[datetime | None, UUID | None, Check | None] = (None, None, None)

    def latest(self, at: datetime) -> Check | None:
        """The last check that was carried out to its end."""
        since, entry, check = self._known
        if entry is not None and not _exists(entry):
            # Because the database may have been put back, or be another one.
            since, entry, check = None, None, None
        words = _words("log.verified", since=since, until=at + OVERLAP)
        ended = next((found for found in words if found[1].state != "broken"), None)
        if ended is not None:
            entry, check = ended
        self._known = (at - OVERLAP, entry, check)
        return check


def _exists(entry: UUID) -> bool:
    try:
        audit.event(entry)
    except EventUnknown:
        return False
    return True


_remembered = _Remembered()


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
