"""Who is looking: a signed-in customer, or nobody we know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache

BY_LINK = "portal.by_link"
LINK_OPENS_FOR = timedelta(minutes=30)
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


def open_by_link(request: HttpRequest, subject_id: UUID) -> None:
    """Let this session see and change the choices of a person for half an hour, nothing else."""
    request.session.cycle_key()
    until = now() + LINK_OPENS_FOR
    request.session[BY_LINK] = [subject_id.hex, int(until.timestamp())]


def chooser_of(request: HttpRequest) -> Customer | None:
    """Whose choices this session may see and change: the customer's, or a manage link's."""
    customer = customer_of(request)
    if customer is not None:
        return customer
    digits, until = request.session.get(BY_LINK) or (None, 0)
    return Customer(UUID(hex=digits)) if digits and now().timestamp() < until else None


def customers_only(page: Page[P]) -> Page[P]:
    """Send anybody else to the sign-in, and keep a page of one person out of caches."""
    return _guarded(page, customer_of)


def choosers_only(page: Page[P]) -> Page[P]:
    """The same for pages that a manage link opens too."""
    return _guarded(page, chooser_of)


def _guarded(page: Page[P], who: Callable[[HttpRequest], Customer | None]) -> Page[P]:
    @wraps(page)
    @never_cache
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        customer = who(request)
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
