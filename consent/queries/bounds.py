"""What a person has bound us to: ceilings, caps and stops, with the day each stop ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consent import levels, rulings
from consent.catalogue import PurposeEntry
from consent.folding import EVERYWHERE, Stop
from consent.queries import catalogue as catalogues
from consent.queries import kept, states
from consent.queries.uses import own_recipient
from consent.questions import Question
from consent.vocabulary import OWN_NO_CLASSES


@dataclass(frozen=True, slots=True)
class Bounds:
    """By channel, EVERYWHERE for all; `levels` and `caps` as set, `stops` those in force."""

    levels: Mapping[str, int]
    caps: Mapping[str, tuple[int, int]]
    stops: Mapping[str, Stop]

    def level(self, channel: str) -> int:
        """The highest step allowed on a channel."""
        return levels.ceiling(self.levels, channel)

    def cap(self, channel: str) -> tuple[int, int] | None:
        """How often, if a cap was set on this channel or on all."""
        return self.caps.get(channel, self.caps.get(EVERYWHERE))

    def stop(self, channel: str) -> Stop | None:
        """The stop that binds a channel: its own or that of all, whichever ends later."""
        found = [self.stops[name] for name in (channel, EVERYWHERE) if name in self.stops]
        return max(found, key=_lasts, default=None)


def _lasts(stop: Stop) -> tuple[bool, float]:
    return (stop.open, stop.until.timestamp() if stop.until else 0.0)


def bounds_of(subject_id: UUID, *, at: datetime) -> Bounds:
    """What holds for one person at `at`."""
    standing = kept.standing_now(subject_id, at=at)
    return Bounds(
        levels=standing.levels,
        caps=standing.caps,
        stops={name: stop for name, stop in standing.stops.items() if stop.binds(at)},
    )


def opened_by(
    subject_id: UUID, *, channel: str, level: int, at: datetime
) -> dict[str, tuple[str, ...]]:
    """What a higher step on a channel would newly read by answers already given.

    Purpose to attributes (codes); nothing is recorded, as nothing is used.
    """
    state = states.read_state(subject_id)
    if state.shape is None:
        return {}
    content = states.shape_content(state.shape)
    then = {**content, "levels": {**content.get("levels", {}), channel: level}}
    catalogue = catalogues.catalogue()
    found = {}
    for name, entry in catalogue.purposes.items():
        if entry.purpose_class not in OWN_NO_CLASSES:
            continue
        before = _covered(name, entry, channel, content, at)
        after = _covered(name, entry, channel, then, at)
        if newly := tuple(code for code in after if code not in before):
            found[name] = newly
    return found


def _covered(
    name: str, entry: PurposeEntry, channel: str, content: Mapping[str, object], at: datetime
) -> tuple[str, ...]:
    catalogue = catalogues.catalogue()
    question = Question(
        subject_id=None,
        purpose=name,
        attributes=tuple(sorted(entry.attributes)),
        recipient=own_recipient(entry, catalogue),
        channel=channel,
    )
    return rulings.outcome(question=question, catalogue=catalogue, content=content, at=at).covered
