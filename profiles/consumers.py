"""Queued work as a consumer of consent changes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Min

from consent.consuming import Changed
from profiles.models import RequestStep


class QueuedWork:
    """The queue has a change when no work begun before it still runs for that person.

    What starts later asks the gate at the moment of use (`consent.actions.deferring`), and what
    runs cannot read on: a permit opens nothing once the epoch has moved.
    """

    name = "queue"

    def apply(self, changes: Sequence[Changed], *, at: datetime) -> Collection[int]:
        """The changes behind which no earlier work of the person is running."""
        running = RequestStep.objects.filter(
            state=RequestStep.State.RUNNING,
            request__subject_id__in={change.subject_id for change in changes},
        ).values("request__subject_id")
        begun = dict(running.values_list("request__subject_id", Min("started_at")))
        return {
            change.id
            for change in changes
            if (since := begun.get(change.subject_id)) is None or since > change.at
        }
