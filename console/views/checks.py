"""Checking the whole log: at once when it is short, by a worker with progress when it is long."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from audit import queries as audit
from console.actions import verifying
from console.permissions import officers_only
from console.queries import integrity
from console.tasks import verify_log
from console.views.pages import frame, show

# Because a hundred thousand entries take about a second, and a page must answer within two.
AT_ONCE = 20_000
SECONDS_BETWEEN_LOOKS = 2


@officers_only
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begins a check and leads to its page."""
    officer, head = request.user.pk, audit.latest_checkpoint()
    size = head.size if head else 0
    run = verifying.begin(by=officer, at=timezone.now(), size=size)
    if size <= AT_ONCE:
        verifying.carry_out(run=run, by=officer, clock=timezone.now)
        return redirect("console:check", run)
    try:
        verify_log.apply_async(args=[str(run), str(officer)], retry=False)
    except (OperationalError, OSError):
        verifying.abandon(run=run, by=officer, at=timezone.now())
        messages.error(
            request,
            _(
                "The check did not begin, because the queue of the workers does not answer. "
                "Nothing else is affected. Try again, or run manage.py verify_log on the server."
            ),
        )
    return redirect("console:check", run)


@officers_only
@require_safe
def check(request: HttpRequest, run: UUID) -> HttpResponse:
    """How far a check has come, and what it found; looks again by itself while it runs."""
    found = integrity.check(run)
    if found is None:
        raise Http404
    context: dict[str, Any] = {"check": found, "again": SECONDS_BETWEEN_LOOKS}
    if not found.done:
        # Because a page that looks again by itself would fill the log with its looking.
        return render(request, "console/check.html", frame(request, "check") | context)
    return show(request, "check", context, about=str(run))
