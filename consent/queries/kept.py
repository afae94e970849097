"""What holds for one record by itself, without reading again all that was ever said for it."""

from datetime import datetime
from uuid import UUID

from consent import standing_format
from consent.folding import Standing, fold
from consent.models import KeptStanding
from consent.queries import states


def standing_now(subject_id: UUID, *, at: datetime) -> Standing:
    """The standing as the last act left it; a short history, which is not kept, is folded."""
    kept = KeptStanding.objects.filter(subject_id=subject_id).first()
    if kept is not None:
        return standing_format.loads(kept.content)
    return fold(states.event_facts(subject_id), at=at)
