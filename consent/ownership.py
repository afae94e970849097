"""Which devices are one person's alone, so that an erasure of the person takes them along."""

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID


class Tie(NamedTuple):
    """A standing join; `device`: somebody said of it "this is my device"."""

    one: UUID
    other: UUID
    device: bool


def own_devices(person: UUID, *, anonymous: Collection[UUID], ties: Iterable[Tie]) -> set[UUID]:
    """The anonymous records joined to `person` as devices, and to nobody else.

    What is joined to anybody else as well (a shared tablet, a household) is not this person's
    alone, nor is what hangs on it: erasing it would erase data of others (GDPR Art. 17(1):
    "personal data concerning him or her").
    """
    ties = list(ties)
    found = _reached(person, set(anonymous), [tie for tie in ties if tie.device])
    while shared := {device for device in found if _neighbours(device, ties) - found - {person}}:
        found -= shared
    return found


def _reached(person: UUID, anonymous: set[UUID], ties: list[Tie]) -> set[UUID]:
    found: set[UUID] = set()
    fresh = {person}
    while fresh:
        around = set().union(*(_neighbours(one, ties) for one in fresh))
        fresh = (around & anonymous) - found - {person}
        found |= fresh
    return found


def _neighbours(record: UUID, ties: list[Tie]) -> set[UUID]:
    return {
        tie.other if tie.one == record else tie.one
        for tie in ties
        if record in (tie.one, tie.other)
    }
