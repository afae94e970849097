"""The outbox of development: what would have been mailed, newest first."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import outbox


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Only where settings.MAIL_OUTBOX_PAGE allows it; 404 in production."""
    if not settings.MAIL_OUTBOX_PAGE:
        raise Http404
    return render(request, "portal/mail.html", {"letters": outbox.letters()})
