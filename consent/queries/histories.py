"""Everything that was said of one person, page by page, as one reader may see it."""

from dataclasses import dataclass
from uuid import UUID

from consent.models import ConsentEvent
from consent.queries.past import Moment, events_by
from consent.queries.viewing import Viewer, visible

LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Events, the last recorded first (purpose, notice and recipient loaded); `next` is the
    last id of this page where there are older ones.
    """

    events: tuple[ConsentEvent, ...]
    next: UUID | None


def history(
    *,
    subject_id: UUID | None,
    viewer: Viewer,
    moment: Moment,
    after: UUID | None = None,
    limit: int = 50,
) -> HistoryPage:
    """A page of what was said by `moment`; empty for nobody we know."""
    if subject_id is None:
        return HistoryPage((), None)
    rows = visible(viewer, events_by(subject_id, moment)).order_by("-id")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    size = max(1, min(limit, LARGEST_PAGE))
    found = tuple(rows[: size + 1])
    return HistoryPage(found[:size], found[size - 1].pk if len(found) > size else None)
