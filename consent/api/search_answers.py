"""What a search found, and how it is told (OpenID AuthZEN 1.0, section 8)."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from audit import public_ids
from consent.api import search_pages
from consent.api.authzen import show_time
from consent.api.search import Search
from consent.catalogue import Catalogue


class Found(NamedTuple):
    """Results, where the next page begins (empty: nowhere), and the entry in the log."""

    results: list[dict[str, Any]]
    next: str
    event: UUID | None
    catalogue: Catalogue | None = None
    total: int | None = None


def write(search: Search, found: Found, *, at: datetime) -> dict[str, Any]:
    """The answer: `results`, `page` and, as `context`, the moment and the entry in the log."""
    page: dict[str, Any] = {
        "next_token": search_pages.token(found.next, search=search.name),
        "count": len(found.results),
    }
    context: dict[str, Any] = {
        "as_of": show_time(at),
        "event": public_ids.shown(public_ids.EVENT, found.event) if found.event else None,
    }
    if found.event is None:
        context["reason_code"] = "DECISION_UNAVAILABLE"
    if search.moment is not None and found.catalogue is not None:
        context |= {
            "valid_at": show_time(search.moment.valid_at),
            "known_at": show_time(search.moment.known_at),
        }
    if found.total is not None:
        page["total"] = found.total
    return {"results": found.results, "page": page, "context": context}
