"""Why am I seeing this: everything that was read, most sensitive first, and what changes it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent.queries import uses
from personalization import queries as personalization
from portal import cards, people


@require_safe
@people.customers_only
def page(request: HttpRequest, decision: str) -> HttpResponse:
    """The reasons of one answer, for the person it was given to."""
    at, subject_id = people.now(), request.customer.subject_id
    try:
        decision_id = UUID(decision)
    except ValueError as error:
        raise Http404 from error
    explained = personalization.explain(subject_id=subject_id, decision_id=decision_id)
    standing = uses.standing(subject_id=subject_id, language=people.language(), at=at)
    code = explained.purpose if explained else "recommendations"
    use = standing.use(code)
    context = {
        "explained": explained,
        "decision": decision_id,
        "standing": standing,
        "card": cards.card(use, standing, at=at) if use else None,
        "here": request.path,
    }
    return render(request, "portal/why.html", context, status=200 if explained else 404)
