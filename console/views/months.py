"""Retention of the log: which months may go, one officer proposes, another approves."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit import months as log
from audit import pruning
from audit.errors import PruneRefused
from console.forms.months import MonthForm
from console.month_words import reason
from console.permissions import officers_only
from console.refusals import said
from console.views.pages import show

# Because every event of a month that is shown is counted.
SHOWN = 6


@officers_only
@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """The earliest months, why they stay, and what is in work."""
    return _page(request, MonthForm())


@officers_only
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Put a month before a second officer."""
    form = MonthForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    typed, by = form.cleaned_data, request.user.pk
    return _do(
        request,
        lambda: pruning.propose(
            month=typed["month"], reason=typed["reason"], by=by, at=timezone.now()
        ),
        _("Proposed. Another officer must approve it before anything goes."),
    )


@officers_only
@require_POST
def approve(request: HttpRequest, prune: UUID) -> HttpResponse:
    """The second officer agrees."""
    by = request.user.pk
    return _do(
        request,
        lambda: pruning.approve(prune_id=prune, by=by, at=timezone.now()),
        _("Approved. The operator's next run of log_retention --prune removes the month."),
    )


@officers_only
@require_POST
def reject(request: HttpRequest, prune: UUID) -> HttpResponse:
    """Stop it, before it is carried out."""
    by = request.user.pk
    return _do(
        request,
        lambda: pruning.reject(prune_id=prune, by=by, at=timezone.now()),
        _("Stopped. The month stays."),
    )


def _page(request: HttpRequest, form: MonthForm, *, status: int = 200) -> HttpResponse:
    rows = [
        {
            "found": found,
            "month": f"{found.month:%Y-%m}",
            "stays": [reason(one) for one in found.stays],
            "mine": found.work is not None and found.work.proposed_by == request.user.pk,
        }
        for found in log.months(limit=SHOWN)
    ]
    free = [row for row in rows if not row["stays"] and row["found"].work is None]
    form.fields["month"].widget.choices = [
        (row["found"].month.isoformat(), row["month"]) for row in free
    ]
    context = {
        "rows": rows,
        "free": free,
        "form": form,
        "rules": log.rules(),
        "pruned": log.pruned(),
        "minimum": log.minimum_index(),
    }
    return show(request, "months", context, status=status)


def _do(request: HttpRequest, act: Callable[[], object], success: str) -> HttpResponse:
    try:
        act()
    except PruneRefused as refused:
        messages.error(request, said(refused))
    else:
        messages.success(request, success)
    return redirect("console:months")
