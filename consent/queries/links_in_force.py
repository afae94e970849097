"""The links of one person that still do something, the newest first."""

from datetime import datetime
from uuid import UUID

from consent.models import StopLink

PAGE = 50


def links_in_force(
    subject_id: UUID, *, at: datetime, after: UUID | None = None
) -> tuple[list[StopLink], UUID | None]:
    """A page of links (their purpose loaded), and what leads to the next one, if there is one."""
    found = StopLink.objects.filter(subject_id=subject_id, expires_at__gt=at)
    if after is not None:
        found = found.filter(pk__lt=after)
    shown = list(found.select_related("purpose").order_by("-pk")[: PAGE + 1])
    return shown[:PAGE], shown[PAGE - 1].pk if len(shown) > PAGE else None
