"""My data: what we hold, where it came from, who may use it; values read for the person alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent.queries import uses
from personalization import queries as personalization
from portal import holdings, people
from profiles.queries import vault


@require_safe
@people.customers_only
def overview(request: HttpRequest) -> HttpResponse:
    """Values by where they came from; purchases as a count per department."""
    at, language = people.now(), people.language()
    subject_id = request.customer.subject_id
    standing = uses.standing(subject_id=subject_id, language=language, at=at)
    shown = holdings.facts(
        subject_id=subject_id,
        standing=standing,
        language=language,
        unmasked=request.GET.get("show", ""),
        at=at,
    )
    departments = holdings.departments(vault.inventory(subject_id), standing, language)
    return render(
        request,
        "portal/data.html",
        {"told": shown.told, "seen": shown.seen, "inferred": shown.inferred,
         "departments": departments, "masked": shown.masked},
    )  # fmt: skip


@require_safe
@people.customers_only
def purchases(request: HttpRequest, department: str) -> HttpResponse:
    """One department's purchases, a month to a page."""
    at = people.now()
    found = holdings.purchases(
        subject_id=request.customer.subject_id,
        department=department.replace("-", "_"),
        month=request.GET.get("month", ""),
        at=at,
    )
    if found is None:
        raise Http404
    titles = personalization.product_titles({line.product for line in found.lines})
    return render(
        request,
        "portal/purchases.html",
        {"found": found, "lines": [(titles.get(line.product, line.product), line)
                                   for line in found.lines]},
    )  # fmt: skip
