"""Receipts: something to keep, like a till receipt."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent.queries import receipts
from portal import people


@require_safe
@people.customers_only
def overview(request: HttpRequest) -> HttpResponse:
    """All receipts, newest first."""
    given = request.GET.get("page", "1")
    page = int(given) if given.isdecimal() and len(given) < 5 else 1
    cards, more = receipts.receipts_of(subject_id=request.customer.subject_id, page=page)
    return render(request, "portal/receipts.html", {"cards": cards, "page": page, "more": more})


@require_safe
@people.customers_only
def detail(request: HttpRequest, event: UUID) -> HttpResponse:
    """One receipt of the person who looks; anybody else's does not exist."""
    card = receipts.receipt(subject_id=request.customer.subject_id, event=event)
    if card is None:
        raise Http404
    return render(request, "portal/receipt.html", {"card": card})
