"""Taking a request: who looks after it is in its history."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from profiles.actions import moving
from profiles.errors import NotPossibleNow

KIND = "request.taken"


def take(*, request_id: UUID, by: UUID, at: datetime) -> None:
    """Puts on record that this officer looks after the request from now on.

    Raises RequestUnknown, NotPossibleNow for one that has ended.
    """
    with transaction.atomic():
        request = moving.lock(request_id)
        if not request.is_open:
            raise NotPossibleNow("This request has ended.", fix="Reload it to see how.")
        moving.note(request, kind=KIND, by=str(by), at=at)
