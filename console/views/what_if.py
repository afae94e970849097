"""What if: a draft catalogue against the decisions of some days, before anybody publishes it."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from kombu.exceptions import OperationalError

from consent.actions import replaying
from consent.queries import replay_runs
from consent.queries.replays import Span
from consent.tasks import replay
from console.forms import WhatIfForm
from console.permissions import officers_only
from console.queries import replays
from console.views.pages import frame, show

SECONDS_BETWEEN_LOOKS = 2


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest) -> HttpResponse:
    """The runs there are, and the form for another; a POST begins one."""
    if request.method != "POST":
        return _overview(request, WhatIfForm(), status=200)
    form = WhatIfForm(request.POST, request.FILES)
    if not form.is_valid():
        return _overview(request, form, status=422)
    now = timezone.now()
    try:
        run = replaying.begin(
            document=form.cleaned_data["document"],
            name=form.cleaned_data["draft"].name,
            span=_span(form, now),
            by=str(request.user.pk),
            at=now,
        )
    except replaying.DraftRefused as refused:
        form.add_error("draft", f"{refused.detail} {refused.fix}")
        return _overview(request, form, status=422)
    try:
        replay.apply_async(args=[str(run.pk)], retry=False)
    except (OperationalError, OSError):
        replaying.abandon(run_id=run.pk, at=timezone.now())
        messages.error(request, _("The queue of the workers does not answer. Try again later."))
    return redirect("console:what-if-run", run.pk)


@officers_only
@require_safe
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far a run has come and what it found; looks again by itself while it runs."""
    found = replay_runs.run(run_id)
    if found is None:
        raise Http404
    context = {"run": found, "again": SECONDS_BETWEEN_LOOKS, "found": replays.shown(found)}
    if not found.ended:
        # Because a page that looks again by itself would fill the log with its looking.
        frame_of_page = frame(request, "what_if_run") | context
        return render(request, "console/what_if_run.html", frame_of_page)
    return show(request, "what_if_run", context, about=str(run_id))


def _overview(request: HttpRequest, form: WhatIfForm, *, status: int) -> HttpResponse:
    context = {"form": form, "runs": replay_runs.runs()}
    return show(request, "what_if", context, status=status)


def _span(form: WhatIfForm, now: datetime) -> Span:
    zone = ZoneInfo(settings.CONTROLLER_TIME_ZONE)
    since = datetime.combine(form.cleaned_data["since"], time(), zone)
    last = form.cleaned_data["until"]
    until = datetime.combine(last + timedelta(days=1), time(), zone) if last else now
    return Span(since=since, until=min(until, now))
