"""Today: what is due, what waits for an officer, what is broken. Nothing else."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.permissions import officers_only
from console.queries import contradictions, following, inbox
from console.views.pages import show
from profiles.queries import requests

SHOWN = 7


@officers_only
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Three short lists."""
    at = timezone.now()
    on = inbox.today(at)
    lists = {
        name: inbox.page(filters=inbox.filters_of({"clock": clock}, on=on), on=on, limit=SHOWN)[0]
        for name, clock in (("due", "soon"), ("waiting", "officer"), ("overdue", "overdue"))
    }
    late = {card.reference for card in lists["overdue"]}
    lists["due"] = [card for card in lists["due"] if card.reference not in late]
    context = {**lists, "counts": requests.counts(today=on), "late": following.late(at=at)[:SHOWN]}
    context["contradiction"] = contradictions.standing(at=at)
    return show(request, "today", context)
