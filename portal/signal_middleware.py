"""Honours Global Privacy Control on every page, whether anybody is signed in or not."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from psycopg import Error as DriverError

from consent.actions import devices
from keys.errors import KeyProblem
from portal import browser_signal, device_cookie

logger = logging.getLogger(__name__)
# What machines call, files, and the console, whose visitors are at work here.
NOT_FOR_CUSTOMERS = ("/v1/", "/access/", "/oauth/", "/.well-known/", "/static/", "/console/",
                     "/healthz", "/readyz", "/metrics")  # fmt: skip


class BrowserSignalMiddleware:
    """Keeps the signal for the person before the page is made, and for the device after it.

    A store that cannot keep it now is no reason to refuse the page: the signal comes again
    with the next request, and each request that carries it is honoured by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page; with it a cookie for a browser that is new to us and sends the signal."""
        if request.path.startswith(NOT_FOR_CUSTOMERS) or not browser_signal.stands(request):
            return self.get_response(request)
        at = datetime.now(UTC)
        _attempt(lambda: _keep_for_person(request, at))
        response = self.get_response(request)
        if device_cookie.device_of(request) is None and _is_page(response):
            _attempt(lambda: _keep_for_device(request, response, at))
        return response


def _keep_for_person(request: HttpRequest, at: datetime) -> None:
    subject_id = getattr(request.user, "subject_id", None)
    if subject_id is not None:
        browser_signal.keep(request, subject_id, at=at)


def _keep_for_device(request: HttpRequest, response: HttpResponse, at: datetime) -> None:
    if getattr(request.user, "is_officer", False) or not device_cookie.may_make(request):
        return
    device_cookie.give(request, response, devices.remember_signal(by="portal", at=at))


def _is_page(response: HttpResponse) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return is_html and response.status_code < 400


def _attempt(keep: Callable[[], None]) -> None:
    try:
        keep()
    except (DatabaseError, DriverError, KeyProblem) as error:
        logger.warning("An opt-out signal could not be kept (%s).", type(error).__name__)
