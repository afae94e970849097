"""The consents of one person, for an officer who gives a reason; the person can see it."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from consent.errors import SubjectUnknown
from consent.queries import names, past, uses
from consent.queries.past import Moment, PastStanding
from console.actions import reading
from console.forms import ReadingForm
from console.permissions import officers_only
from console.queries import inbox
from console.queries.joined import joined
from console.queries.words import words
from console.views.pages import show
from console.views.requests import found, render_request


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest, reference: str) -> HttpResponse:
    """Shows them once per reason given: the address alone shows nothing."""
    asked = found(reference)
    if request.method != "POST":
        return redirect("console:request", reference)
    form = ReadingForm(request.POST)
    if not form.is_valid():
        return render_request(request, asked, reason=form)
    now, language = timezone.now(), get_language() or names.FALLBACK
    # Because the entry must stand before anything is shown.
    reading.record_person_read(
        subject_id=asked.subject_id,
        reason=form.cleaned_data["reason"],
        request_ref=asked.public_id,
        by=request.user.pk,
        at=now,
    )
    try:
        standing = uses.standing(subject_id=asked.subject_id, language=language, at=now)
    except SubjectUnknown:
        raise Http404 from None
    day = form.cleaned_data["on"]
    context = {
        "reference": asked.public_id,
        "person": inbox.person_of(asked.subject_id),
        "standing": standing,
        "then": _then(asked.subject_id, day, now, language) if day else None,
        "moment": _end_of(day, now) if day else None,
        "joined": joined(
            asked.subject_id,
            page=form.cleaned_data["page"] or 1,
            officer=request.user.pk,
            words=words(),
        ),
        "given": form.cleaned_data,
        "reason": dict(form.fields["reason"].choices)[form.cleaned_data["reason"]],  # type: ignore[attr-defined]
    }
    return show(request, "consents", context, about=asked.public_id)


def _then(subject_id: UUID, day: date, now: datetime, language: str) -> PastStanding:
    """What was allowed at the end of that day, as it is known now."""
    moment = Moment(valid_at=_end_of(day, now), known_at=now)
    return past.standing(subject_id=subject_id, moment=moment, language=language)


def _end_of(day: date, now: datetime) -> datetime:
    zone = ZoneInfo(settings.CONTROLLER_TIME_ZONE)
    end = datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
    return min(end, now)
