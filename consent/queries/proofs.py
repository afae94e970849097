"""What proves a Yes of another day, and what stands against it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

from consent.acts import RESTRICTIVE
from consent.models import ConsentEvent, Notice

# A No of these kinds is about one purpose; any other stands against every older Yes.
_OF_ONE_PURPOSE: Final = frozenset({"refused", "withdrawn", "invalidated", "revoked"})
# Because these bound what a Yes does, now and later, without being a No to it.
_NO_ANSWER: Final = frozenset({"cap_set", "limited", "held", "stopped"})


@dataclass(frozen=True, slots=True)
class LiveNotice:
    """A notice as it stood on some day."""

    version: int
    languages: frozenset[str]


def start_of(day: date) -> datetime:
    """The first moment of a day in UTC: what is dated by the day counts from then."""
    return datetime.combine(day, time.min, tzinfo=UTC)


def notices_on(purposes: Collection[str], day: date) -> dict[str, LiveNotice]:
    """The notice of each purpose that was live when a day began."""
    at = start_of(day)
    rows = (
        Notice.objects.filter(purpose__name__in=purposes, published_at__lte=at)
        .exclude(superseded_at__lte=at)
        .select_related("purpose")
        .prefetch_related("texts")
    )
    return {
        row.purpose.name: LiveNotice(
            row.version, frozenset(text.language for text in row.texts.all())
        )
        for row in rows
    }


def later_noes(
    subject_id: UUID, day: date, *, by_strings: Collection[str]
) -> set[tuple[str | None, str | None]]:
    """What stands against a Yes of `day`: (purpose, recipient), None for all of them.

    A No of the same day counts as later, unless it came by one of the methods `by_strings`,
    whose order is the order of arrival.
    """
    rows = ConsentEvent.objects.filter(
        subject_id=subject_id, state__in=RESTRICTIVE - _NO_ANSWER, valid_from__gte=start_of(day)
    ).values_list("state", "purpose__name", "recipient_id", "method", "valid_from")
    return {
        (purpose, recipient) if state in _OF_ONE_PURPOSE else (None, None)
        for state, purpose, recipient, method, valid_from in rows
        if method not in by_strings or valid_from.date() > day
    }
