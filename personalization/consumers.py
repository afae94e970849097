"""The recommender as a consumer of consent changes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from consent.consuming import Changed
from personalization.memory import memory


class Recommender:
    """Takes whoever changed out of what this process remembers.

    Every other process does so before its next answer: it first looks for changes, and nobody
    is counted in an answer whose change has committed.
    """

    name = "recommender"

    def apply(self, changes: Sequence[Changed], *, at: datetime) -> Collection[int]:
        """All of them."""
        for change in changes:
            memory.forget_person(change.subject_id)
        return {change.id for change in changes}
