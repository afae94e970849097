"""Replaying the log: every decision of a time decided again, one after the other."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from audit import queries as log
from audit.queries import LoggedEvent
from consent import replay_entries, replays
from consent.catalogue import Catalogue
from consent.compiling import shape_digest
from consent.queries import states
from consent.queries.replayed_editions import ReplayedEditions
from consent.queries.replayed_people import ReplayedPeople
from consent.replay_entries import Share
from consent.replays import Decider, Difference, Logged, NotReplayable, Tally
from consent.rulings import Outcome

PROGRESS_EVERY = 1000
DIFFERENCES_KEPT = 1000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Span:
    """Which decisions: from `since` on, before `until`, at most `limit` (None: all)."""

    since: datetime
    until: datetime
    limit: int | None = None


def entries(span: Span) -> int:
    """How many entries of the log a span holds at most; one may hold many decisions."""
    count = log.count(kind="decision", since=span.since, until=span.until)
    return count if span.limit is None else min(count, span.limit)


def under_draft(
    draft: Catalogue,
    span: Span,
    *,
    as_if_at: datetime | None = None,
    progress: Progress | None = None,
    ids: bool = False,
) -> dict[str, Any]:
    """What would change, had `draft` been in force: counts, people, reasons, as JSON.

    Each decision is decided at its own time, or all at `as_if_at`. Memory does not grow with
    the log: marks of people go through a temporary file. With `ids` the people are named.
    """
    tally, decider, old = Tally(), Decider(_content), ReplayedEditions()
    with closing(ReplayedPeople()) as people:
        for entry, share in _shares(span, tally, progress):
            try:
                decision, kind, after = _change(share, draft, decider, old, as_if_at)
            except NotReplayable as error:
                tally.left_out[error.cause] += share.people
                continue
            places = replays.places_of(decision, decider.content(decision))
            tally.count(decision, kind, after, places, people=share.people)
            if kind != replays.SAME:
                people.add(kind, share, places, entry.at)
        result = tally.shown() | {"decided": decider.decided, "people": people.counts()}
        if ids:
            result["ids"] = {kind: list(people.named(kind)) for kind in replays.CHANGES}
    return result


def _change(
    share: Share,
    draft: Catalogue,
    decider: Decider,
    old: ReplayedEditions,
    as_if_at: datetime | None,
) -> tuple[Logged, str, Outcome]:
    decision = share.decision
    before = old.outcome(decider, decision)
    after = decider.outcome(decision, draft, as_if_at or decision.at)
    if not share.whole:
        # Because an entry about everybody gives no reasons, they are those of the rules then.
        before = replay_entries.answered(share, old.outcome_or_fail(decider, decision))
        decision = decision._replace(reason=before.decision.reason_code)
        after = replay_entries.answered(share, after)
    return decision, replays.change(decision, before, after), after


@dataclass(frozen=True, slots=True)
class Verification:
    """Every decision recomputed: how many are equal, which differ, which cannot be recomputed.

    `differences` holds the first thousand, `different` counts all decisions that differ. `in_bulk`
    is how many of the decisions stand in entries about many people.
    """

    decisions: int
    equal: int
    different: int
    differences: tuple[Difference, ...]
    not_reconstructible: Mapping[str, int]
    in_bulk: int


def verified(span: Span, *, progress: Progress | None = None) -> Verification:
    """Recompute each logged decision from its own entry under the catalogue of its time."""
    tally, decider, old = Tally(), Decider(_content), ReplayedEditions()
    found: list[Difference] = []
    equal = different = 0
    for entry, share in _shares(span, tally, progress):
        try:
            differing = _differences(entry, share, decider, old)
        except NotReplayable as error:
            tally.left_out[error.cause] += share.people
            continue
        if not differing:
            equal += share.people
            continue
        different += share.people
        found += differing[: DIFFERENCES_KEPT - len(found)]
    return Verification(
        decisions=equal + different + sum(tally.left_out.values()),
        equal=equal,
        different=different,
        differences=tuple(found),
        not_reconstructible=dict(tally.left_out),
        in_bulk=tally.in_bulk,
    )


def _differences(
    entry: LoggedEvent, share: Share, decider: Decider, old: ReplayedEditions
) -> list[Difference]:
    decision = share.decision
    found = old.outcome_or_fail(decider, decision)
    if not share.whole:
        found = replay_entries.answered(share, found)
        return replays.yes_or_no_differs(decision, found)
    differing = replays.differences(decision, found)
    expected = decision.permitted or bool(decision.covered)
    if share.opened != expected:
        kinds = [f"decision.{'permit' if yes else 'deny'}" for yes in (share.opened, expected)]
        differing.append(Difference(entry.id, entry.at, "kind", *kinds))
    return differing


def _shares(
    span: Span, tally: Tally, progress: Progress | None
) -> Iterator[tuple[LoggedEvent, Share]]:
    """Every decision, those of one entry together; what cannot be read is counted."""
    for entry in _entries(span, progress):
        tally.entries += 1
        try:
            shares = list(
                replay_entries.shares(
                    event=entry.id, at=entry.at, kind=entry.kind, tag=entry.tag,
                    facts=entry.facts, shape_of=_shape_of,
                )
            )  # fmt: skip
        except NotReplayable as error:
            tally.left_out[error.cause] += replay_entries.people_in(entry.kind, entry.facts)
            continue
        if entry.kind in {replay_entries.BATCH, replay_entries.BULK}:
            tally.in_bulk += sum(share.people for share in shares)
        yield from ((entry, share) for share in shares)


def _shape_of(mark: bytes) -> bytes:
    try:
        return states.shape_marked(mark)
    except LookupError:
        raise NotReplayable("SHAPE_MISSING") from None


def _entries(span: Span, progress: Progress | None) -> Iterator[LoggedEvent]:
    stream = log.stream(kind="decision", since=span.since, until=span.until)
    for number, entry in enumerate(islice(stream, span.limit), start=1):
        yield entry
        if progress is not None and number % PROGRESS_EVERY == 0:
            progress(number)


def _content(shape: bytes) -> Mapping[str, Any]:
    try:
        content = states.shape_content(shape)
    except LookupError:
        raise NotReplayable("SHAPE_MISSING") from None
    if shape_digest(content) != shape:
        raise NotReplayable("SHAPE_DAMAGED")
    return content
