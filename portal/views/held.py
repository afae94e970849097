"""What held on a date: the person's own consents as they stood then, and why."""

from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consent.queries import past
from consent.queries.past import Moment
from portal import people, times


@require_safe
@people.customers_only
def on_a_date(request: HttpRequest) -> HttpResponse:
    """The state at the end of the day in the address; today means now."""
    at = people.now()
    given = request.GET.get("on", "")
    day, fault = _day(given, at)
    context = {"on": given, "day": day, "fault": fault, "today": _today(at).isoformat()}
    if day is not None:
        moment = Moment(valid_at=_end_of(day, at), known_at=at)
        context["standing"] = past.standing(
            subject_id=request.customer.subject_id, moment=moment, language=people.language()
        )
        context["moment"] = moment.valid_at
    return render(request, "portal/held.html", context)


def _day(given: str, at: datetime) -> tuple[date | None, str]:
    if not given:
        return None, ""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None, _("This is not a day. Write it like 2026-11-22.")
    if day > _today(at):
        return None, _("This day has not come yet. Choose today or a day before.")
    if day.year < 1900:
        return None, _("Nothing is on record for a day so long ago.")
    return day, ""


def _today(at: datetime) -> date:
    return at.astimezone(times.zone()).date()


def _end_of(day: date, at: datetime) -> datetime:
    next_day = datetime.combine(day + timedelta(days=1), time(), times.zone())
    return min(at, next_day - timedelta(microseconds=1))
