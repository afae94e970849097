"""Notices: the list, and the page on which one is written, proposed, approved, published."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consent.actions import drafting
from consent.errors import ConsentRefused
from consent.queries import drafts, names
from consent.queries.words import languages
from console import notice_words
from console.notice_forms import ApproveForm, NoticeForm, ProposeForm, SendBackForm, initial_of
from console.permissions import officers_only
from console.queries.notices import Desk, desk
from console.refusals import said
from console.views.pages import show


@officers_only
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Every purpose with its live version, and what is in work."""
    language = get_language() or names.FALLBACK
    rows = [
        {
            "row": row,
            "name": row.label.get(language) or row.label.get(names.FALLBACK) or row.purpose,
            "state": notice_words.STATES.get(row.state, ""),
        }
        for row in drafts.rows()
    ]
    return show(request, "notices", {"rows": rows})


@officers_only
@require_safe
def notice(request: HttpRequest, name: str) -> HttpResponse:
    """One notice."""
    return _page(request, _found(request, name))


@officers_only
@require_POST
def save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the draft as it is, whole or not; the page then says what it lacks."""
    seen = _found(request, name)
    form = NoticeForm(request.POST, languages=languages())
    if not form.is_valid():
        return _page(request, seen, editor=form)
    return _do(
        request,
        name,
        lambda: drafting.save(
            purpose=name,
            draft=form.draft(),
            seen=form.cleaned_data["seen"],
            by=str(request.user.pk),
            at=timezone.now(),
        ),
        _("Saved as a draft. Nobody is shown it yet."),
        again=lambda: _page(request, seen, editor=form),
    )


@officers_only
@require_POST
def propose(request: HttpRequest, name: str) -> HttpResponse:
    """Put the draft before a second officer."""
    seen, form = _found(request, name), ProposeForm(request.POST)
    if not form.is_valid():
        return _page(request, seen, propose=form)
    return _do(
        request,
        name,
        lambda: drafting.propose(
            purpose=name,
            material=form.cleaned_data["material"] == "yes",
            seen=form.cleaned_data["seen"],
            by=str(request.user.pk),
            at=timezone.now(),
        ),
        _("Proposed. Another officer must read and approve it before anybody is shown it."),
    )


@officers_only
@require_POST
def approve(request: HttpRequest, name: str) -> HttpResponse:
    """The second officer agrees: published now, or on a day."""
    seen, form = _found(request, name), ApproveForm(request.POST)
    if not form.is_valid():
        return _page(request, seen, approve=form)
    day = form.cleaned_data["day"]
    return _do(
        request,
        name,
        lambda: drafting.approve(
            purpose=name,
            seen=form.cleaned_data["seen"],
            by=str(request.user.pk),
            at=timezone.now(),
            publish_at=_start_of(day) if day else None,
        ),
        _("Approved. It is published on the day you chose.")
        if day
        else _("Approved and published. From now on these are the words that people are shown."),
    )


@officers_only
@require_POST
def reject(request: HttpRequest, name: str) -> HttpResponse:
    """Send it back with a reason."""
    seen, form = _found(request, name), SendBackForm(request.POST)
    if not form.is_valid():
        return _page(request, seen, back=form)
    return _do(
        request,
        name,
        lambda: drafting.reject(
            purpose=name,
            reason=form.cleaned_data["reason"],
            by=str(request.user.pk),
            at=timezone.now(),
        ),
        _("Sent back with your reason. It can be changed again."),
    )


def _found(request: HttpRequest, name: str) -> Desk:
    found = desk(name, officer=request.user.pk, at=timezone.now())
    if found is None:
        raise Http404
    return found


def _start_of(day: date) -> datetime:
    """Midnight where the controller is."""
    zone = ZoneInfo(settings.CONTROLLER_TIME_ZONE)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _page(
    request: HttpRequest,
    seen: Desk,
    *,
    editor: Form | None = None,
    propose: Form | None = None,
    approve: Form | None = None,
    back: Form | None = None,
) -> HttpResponse:
    """The page, with a form that was not right in its place."""
    wrong = [form for form in (editor, propose, approve, back) if form is not None]
    context: dict[str, Any] = {
        "seen": seen,
        "editor": editor or _editor(seen),
        "propose": propose
        or ProposeForm(
            initial={
                "seen": seen.seen,
                "material": "yes" if seen.suggestion.material else "no",
            }
        ),
        "approve": approve or ApproveForm(initial={"seen": seen.seen}),
        "back": back or SendBackForm(),
        "languages": languages(),
    }
    return show(request, "notice", context, about=seen.purpose, status=422 if wrong else 200)


def _editor(seen: Desk) -> NoticeForm:
    shown = seen.draft or seen.live
    initial = initial_of(
        seen.words,
        details=shown.details if shown else {},
        dropped=shown.dropped if shown else {},
        valid_days=shown.valid_days if shown else None,
        seen=seen.seen,
    )
    return NoticeForm(languages=languages(), initial=initial)


def _do(
    request: HttpRequest,
    name: str,
    act: Callable[[], Any],
    success: str,
    *,
    again: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    try:
        act()
    except ConsentRefused as refused:
        messages.error(request, said(refused))
        # Because what was typed is not thrown away over a refusal.
        if again is not None:
            return again()
    else:
        messages.success(request, success)
    return redirect("console:notice", name)
