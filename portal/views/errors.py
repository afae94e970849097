"""Pages for what went wrong: calm, with what is safe and what to do, and the privacy links."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consent.queries import law_links


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request was not understood."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this page is for somebody else."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or not yours."""
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; nothing here asks the database."""
    return render(request, "500.html", {"law_links": law_links.OF_ANYBODY}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old, or came from another site."""
    return render(request, "403_csrf.html", status=403)
