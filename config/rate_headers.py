"""Tells partners how much of their limit is left, on every answer that was counted."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class RateHeadersMiddleware:
    """Adds RateLimit and RateLimit-Policy where `consent.api.rates` has counted the call."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of the view, with the standing of its client."""
        response = self.get_response(request)
        standing = getattr(request, "rate_standing", None)
        if standing is not None:
            for name, value in standing.headers().items():
                response[name] = value
        return response
