"""After a restore: whom the key store knows as erased is erased again, by the same holders.

The key store never goes back in time, so its tombstones say who was erased. Each person is one
transaction, and only the last step opens the gate: a run that was interrupted is run again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from audit.bodies import Fact
from audit.losses import Loss
from consent.queries import tombstones
from keys import actions as key_actions
from keys import queries as keys
from profiles.errors import RestoreGateClosed
from profiles.models import HighWater, Restoration
from profiles.queries import restoring
from profiles.queries.holders import holders

Progress = Callable[[str, int], None]
_Page = Callable[..., list[UUID]]


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many people were erased again, and how many keys destroyed again."""

    people: int
    keys: int


def raise_marks() -> None:
    """Raises both marks, so that what is older than this moment is noticed when it comes back.

    Raises RestoreGateClosed where they do not agree: only the gate brings them together.
    """
    with transaction.atomic():
        mark = HighWater.objects.select_for_update().get()
        if reason := restoring.why_closed():
            raise RestoreGateClosed(reason)
        # Because a crash may have left the key store's mark one step behind.
        key_actions.raise_high_water_mark(mark.number)
        _raise(mark)


def replay(*, lost: Loss, by: str, at: datetime, progress: Progress) -> Replayed:
    """Erases again in both directions, puts that on record and opens the gate; idempotent.

    `progress` hears what is walked and how many of it were looked at.
    """
    people = sum(_erase_again(page, at=at) for page in _pages(keys.tombstones, "erased", progress))
    destroyed = sum(_destroy_again(page) for page in _pages(tombstones.erased, "keys", progress))
    done = Replayed(people, destroyed)
    with transaction.atomic():
        mark = HighWater.objects.select_for_update().get()
        Restoration.objects.create(
            at=at,
            known_until=lost.known_until,
            lost=lost.entries,
            people_erased=done.people,
            keys_destroyed=done.keys,
        )
        facts: dict[str, Fact] = {"by": by, "people": done.people, "keys": done.keys}
        facts["lost"] = lost.entries
        audit.append(kind="restore.replayed", at=at, facts=facts)
        _raise(mark)
    return done


def _raise(mark: HighWater) -> None:
    mark.number = max(mark.number, keys.high_water_mark()) + 1
    mark.save(update_fields=["number"])
    transaction.on_commit(partial(key_actions.raise_high_water_mark, mark.number))


def _pages(page_of: _Page, what: str, progress: Progress) -> Iterator[list[UUID]]:
    last, seen = None, 0
    while page := page_of(after=last):
        yield page
        last, seen = page[-1], seen + len(page)
        progress(what, seen)


def _erase_again(page: list[UUID], *, at: datetime) -> int:
    found = tombstones.not_erased(page)
    for subject_id in found:
        with transaction.atomic():
            for one in holders():
                one.erase(subject_id, at=at)
    return len(found)


def _destroy_again(page: list[UUID]) -> int:
    found = [subject_id for subject_id in page if not keys.is_erased(subject_id)]
    for subject_id in found:
        key_actions.erase(subject_id)
    return len(found)
