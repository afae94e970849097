"""The decisions in one entry of the log, whether it is about one person, many, or everybody.

Pure: shapes are named by marks in entries about many, and whoever calls knows what they mean.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from audit import batches
from consent import bulk_entries, replays
from consent.replays import Logged, NotReplayable
from consent.rulings import Outcome

BATCH, BULK = "decision.batch", "decision.bulk"
ShapeOf = Callable[[bytes], bytes]


class Share(NamedTuple):
    """A decision and about how many people it was, of whom `leaves` are known by their marks.

    `opened` says whether it is logged as a permit. `whole` is False for an entry about
    everybody, which says Yes or No and nothing else; `any_part` where the Yes was to some of
    what was asked, not to all.
    """

    decision: Logged
    people: int
    leaves: tuple[bytes, ...]
    opened: bool
    whole: bool = True
    any_part: bool = False


def shares(
    *, event: UUID, at: datetime, kind: str, tag: bytes | None, facts: Mapping[str, Any],
    shape_of: ShapeOf,
) -> Iterator[Share]:  # fmt: skip
    """Each decision that the entry holds; raises NotReplayable."""
    entry = {"event": event, "at": at}
    try:
        if kind == BATCH:
            yield from _batch(entry, facts, shape_of)
        elif kind == BULK:
            yield from _bulk(entry, facts, shape_of)
        else:
            decision = replays.logged(event=event, at=at, tag=tag, facts=facts)
            yield Share(decision, 1, (tag,) if tag else (), kind == "decision.permit")
    except NotReplayable:
        raise
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NotReplayable("ENTRY_DAMAGED") from None


def answered(share: Share, found: Outcome) -> Outcome:
    """`found` as the answer of the entry: a Yes to a part is one where it asked for any part."""
    if not share.any_part or found.decision.permit or not found.covered:
        return found
    part = next(answer for answer in found.answers.values() if answer.permit)
    return found._replace(decision=part)


def people_in(kind: str, facts: Mapping[str, Any]) -> int:
    """How many decisions an entry stands for, where they cannot be read one by one."""
    counted = facts.get("people", facts.get("shapes", 1)) if kind in {BATCH, BULK} else 1
    return counted if isinstance(counted, int) else 1


def _batch(entry: dict[str, Any], facts: Mapping[str, Any], shape_of: ShapeOf) -> Iterator[Share]:
    common = {name: value for name, value in facts.items() if name != batches.EACH}
    for group in facts[batches.EACH]:
        if "marks" not in group:
            raise NotReplayable("SHAPE_NOT_NAMED")
        for part in batches.parts(group):
            shape = shape_of(part.mark).hex() if part.mark else ""
            own = common | group["facts"] | {"shape": shape}
            decision = replays.logged(**entry, tag=None, facts=own)
            leaves = tuple(part.tags)
            opened = group["kind"] == "decision.permit"
            yield Share(decision, len(leaves) + part.unnamed, leaves, opened)


def _bulk(entry: dict[str, Any], facts: Mapping[str, Any], shape_of: ShapeOf) -> Iterator[Share]:
    if "yes" not in facts:
        raise NotReplayable("SHAPE_NOT_NAMED")
    for share in bulk_entries.shares_of(facts):
        said = {"permitted": share.permits, "reason": "", "shape": shape_of(share.shape).hex()}
        decision = replays.logged(**entry, tag=None, facts=dict(facts) | said)
        part = facts.get("any_part") is True
        yield Share(decision, share.people, (), share.permits, whole=False, any_part=part)
