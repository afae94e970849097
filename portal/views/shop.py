"""A demonstration shop page: personal with reasons where it may be, the same for everybody else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consent.queries.uses import OURSELVES
from personalization import queries as personalization
from portal import people

ITEMS = 8


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Eight products; the heading says whether anything of the person was used."""
    at = people.now()
    customer = people.customer_of(request)
    shown = personalization.recommend(
        subject_id=customer.subject_id if customer else None,
        recipient=OURSELVES,
        slot="home",
        channel="shop_page",
        limit=ITEMS,
        at=at,
    )
    return render(request, "portal/shop.html", {"shown": shown, "customer": customer})
