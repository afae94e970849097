"""What every page may show."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal import law_links


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of all templates: the modes that change what a page offers."""
    return {
        "request_id": getattr(request, "id", ""),
        "mail_outbox_page": settings.MAIL_OUTBOX_PAGE,
        # Because only pages with a foot ask where the visitor is.
        "law_links": SimpleLazyObject(lambda: law_links.wanted(request)),
        "development": settings.SAYSO_ENV != "production",
    }
