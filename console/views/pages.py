"""What every page of the console does: its reading goes on record, its header tells of the log."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from console.actions import reading
from console.queries.integrity import integrity


def show(
    request: HttpRequest,
    page: str,
    context: dict[str, Any],
    *,
    template: str = "",
    filters: Iterable[str] = (),
    about: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page named `page`, after one entry in the log that says that it was read."""
    now = timezone.now()
    reading.record_read(page=page, by=request.user.pk, at=now, filters=filters, about=about)
    return render(request, template or f"console/{page}.html", frame(request, page) | context,
                  status=status)  # fmt: skip


def frame(request: HttpRequest, page: str) -> dict[str, Any]:
    """What the header and the footer need."""
    return {
        "page": page,
        "officer": request.user.display_name or request.user.Role.OFFICER.label,
        "integrity": integrity(at=timezone.now()),
        "zone": settings.CONTROLLER_TIME_ZONE,
    }
