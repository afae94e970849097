"""What the law wants said in public: who we are, what we do, on what basis, whom to ask."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent.queries import names, uses
from portal import cards, people

GPC_SINCE = "2026-11-22"


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice, made from the same catalogue that the gate reads."""
    at = people.now()
    found = uses.catalogue_of_uses(language=people.language(), at=at)
    context = {
        "controllers": names.controllers(),
        "cards": [cards.public_card(use) for use in found],
    }
    return render(request, "portal/privacy.html", context)


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach the privacy office, and the authority."""
    return render(request, "portal/contact.html", {"controllers": names.controllers()})


@require_safe
def gpc(request: HttpRequest) -> HttpResponse:
    """That Global Privacy Control is honoured here (W3C GPC, section 4)."""
    return JsonResponse({"gpc": True, "lastUpdate": GPC_SINCE})
