"""The overview: one sentence of truth, then where to go."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consent.actions.asks import Shown
from consent.queries import receipts, uses
from portal import activity, cards, people, reading, summary
from portal.views import asks


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Signed out: what this is. Signed in: what we use, who looked, what changed."""
    customer = people.customer_of(request)
    if customer is None:
        return render(request, "portal/welcome.html")
    at = people.now()
    request.customer = customer
    return render(
        request, "portal/home.html", _context(customer.subject_id, at, asks.waiting(request))
    )


def _context(subject_id: UUID, at: datetime, ask: Shown | None) -> dict[str, Any]:
    language = people.language()
    standing = uses.standing(subject_id=subject_id, language=language, at=at)
    recent, _more = receipts.receipts_of(subject_id=subject_id)
    asked = [cards.card(use, standing, at=at) for use in standing.uses if use.asked]
    return {
        "name": reading.first_name(subject_id=subject_id, at=at),
        "sentence": summary.sentence(standing),
        "last": activity.latest_use(subject_id=subject_id, language=language, at=at),
        "standing": standing,
        "cards": asked,
        "ask": ask,
        "waiting": next((card for card in asked if ask and card.use.code == ask.purpose), None),
        "recent": recent[:3],
    }
