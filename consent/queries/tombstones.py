"""Who is still there, and who was erased: for replaying erasures after a restore."""

from collections.abc import Collection
from uuid import UUID

from consent.models import Subject

_ERASED = Subject.Status.ERASED


def not_erased(subject_ids: Collection[UUID]) -> list[UUID]:
    """Those of these people whom the database knows as not erased, by id."""
    found = Subject.objects.filter(pk__in=subject_ids).exclude(status=_ERASED)
    return list(found.order_by("pk").values_list("pk", flat=True))


def erased(*, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
    """A page of all whom the database knows as erased, by id."""
    found = Subject.objects.filter(status=_ERASED).order_by("pk")
    if after is not None:
        found = found.filter(pk__gt=after)
    return list(found.values_list("pk", flat=True)[:limit])
