"""Who is looking: a signed-in customer, or nobody we know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Customer:
    """The signed-in person; every look-up of a page is scoped to this id."""

    subject_id: UUID


def now() -> datetime:
    """The clock of the portal: read once per request, by views alone."""
    return datetime.now(UTC)


def language() -> str:
    """The language of this page, as the catalogue names it."""
    return (get_language() or "en").split("-")[0]


def customer_of(request: HttpRequest) -> Customer | None:
    """The customer of this session; None for visitors and for officers."""
    subject_id = getattr(request.user, "subject_id", None)
    return Customer(subject_id=subject_id) if subject_id else None


def customers_only(page: Page[P]) -> Page[P]:
    """Send anybody else to the sign-in, and keep a page of one person out of caches."""

    @wraps(page)
    @never_cache
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        customer = customer_of(request)
        if customer is None:
            return _to_sign_in(request)
        request.customer = customer  # type: ignore[attr-defined]
        return page(request, *args, **kwargs)

    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        messages.warning(
            request,
            gettext("You were signed out after 30 minutes. Your answer was not sent; sign in and "
                    "press it again."),
        )  # fmt: skip
        back = request.POST.get("next") or request.path
    else:
        back = request.get_full_path()
    return HttpResponseRedirect(f"{reverse('portal:sign-in')}?{urlencode({'next': back})}")
