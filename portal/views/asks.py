"""The one question on the overview, which can be closed without an answer."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from consent.actions import asks
from portal import people

SURFACE = "portal_home"


@require_POST
@people.customers_only
def close(request: HttpRequest, ask: UUID) -> HttpResponse:
    """Note that the question was closed: no answer, and it counts as asked."""
    closed = asks.close(
        ask_id=ask, subject_id=request.customer.subject_id, by="portal", at=people.now()
    )
    if not closed:
        raise Http404
    messages.info(
        request,
        gettext("Closed. That is no answer, so nothing is used. We do not ask this again for at "
                "least 90 days."),
    )  # fmt: skip
    return redirect("portal:home")


def waiting(request: HttpRequest) -> asks.Shown | None:
    """The question of this visit, if one may be put; showing the page counts as putting it."""
    return asks.next_ask(
        subject_id=request.customer.subject_id,
        surface=SURFACE,
        visit=f"portal:{request.session.session_key}",
        language=people.language(),
        at=people.now(),
    )
