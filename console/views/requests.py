"""The inbox of requests, and what officers do with one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consent.errors import ConsentRefused
from console import complaints
from console.actions import reading, taking
from console.forms import AnswerForm, ReadingForm, RefusalForm, RequestFilterForm
from console.permissions import officers_only
from console.queries import inbox
from console.queries.dossier import dossier
from console.queries.words import words
from console.refusals import said
from console.views.pages import show
from profiles.actions import requests as actions
from profiles.queries import requests as queries
from profiles.rights import IllegalTransition

if TYPE_CHECKING:
    from profiles.models import Request


@officers_only
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """The inbox, by due date; the filters stand in the address."""
    form, on = RequestFilterForm(request.GET), inbox.today(timezone.now())
    used = form.used() if form.is_valid() else {}
    cards, following = inbox.page(
        filters=inbox.filters_of(used, on=on), after=request.GET.get("after", ""), on=on
    )
    context = {
        "form": form,
        "used": used,
        "cards": cards,
        "older": urlencode(used | {"after": following}) if following else "",
        "counts": queries.counts(today=on),
    }
    status = 200 if form.is_valid() else 400
    return show(request, "requests", context, filters=used, status=status)


@officers_only
@require_safe
def request_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One request."""
    return render_request(request, found(reference))


@officers_only
@require_safe
def certificate(request: HttpRequest, reference: str) -> HttpResponse:
    """The certificate of an erasure as it was hashed into the log."""
    asked = found(reference)
    if asked.certificate is None:
        raise Http404
    reading.record_read(
        page="request", by=request.user.pk, at=timezone.now(), about=asked.public_id
    )
    response = JsonResponse(asked.certificate)
    response["Content-Disposition"] = f'attachment; filename="{asked.public_id}.json"'
    return response


@officers_only
@require_POST
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """From now on this officer looks after the request."""
    asked = found(reference)
    return _do(
        request,
        asked,
        lambda: taking.take(request_id=asked.pk, by=request.user.pk, at=timezone.now()),
        _("You look after this request now."),
    )


@officers_only
@require_POST
def verify(request: HttpRequest, reference: str) -> HttpResponse:
    """It is the person who asks."""
    asked = found(reference)
    return _do(
        request,
        asked,
        lambda: actions.verify(request_id=asked.pk, by=str(request.user.pk), at=timezone.now()),
        _("Confirmed. The request is under way."),
    )


@officers_only
@require_POST
def resume(request: HttpRequest, reference: str) -> HttpResponse:
    """Sets a request going again that had stopped."""
    asked = found(reference)
    return _do(
        request,
        asked,
        lambda: actions.resume(request_id=asked.pk, by=str(request.user.pk), at=timezone.now()),
        _("The request is under way again."),
    )


@officers_only
@require_POST
def complete(request: HttpRequest, reference: str) -> HttpResponse:
    """What was asked is done; the words to the person say so."""
    asked, form = found(reference), AnswerForm(request.POST)
    if not form.is_valid():
        return render_request(request, asked, answer=form)
    return _do(
        request,
        asked,
        lambda: actions.complete_by_officer(
            request_id=asked.pk, by=str(request.user.pk), at=timezone.now(), **form.cleaned_data
        ),
        _("Completed. The person can read your words on the page of the request."),
    )


@officers_only
@require_POST
def refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """Proposes a refusal; nothing is refused before another officer approves."""
    asked, form = found(reference), RefusalForm(request.POST)
    if not form.is_valid():
        return render_request(request, asked, refusal=form)
    return _do(
        request,
        asked,
        lambda: actions.prepare_refusal(
            request_id=asked.pk, by=str(request.user.pk), at=timezone.now(), **form.cleaned_data
        ),
        _("Proposed. Another officer must read and approve it before the person hears of it."),
    )


@officers_only
@require_POST
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    """The second person agrees: now it is refused."""
    asked = found(reference)
    return _do(
        request,
        asked,
        lambda: actions.refuse(request_id=asked.pk, by=str(request.user.pk), at=timezone.now()),
        _("Refused. The person can read the reason and where to complain."),
    )


def found(reference: str) -> "Request":
    """The request of this public id; raises Http404."""
    asked = queries.find(reference)
    if asked is None:
        raise Http404
    return asked


def render_request(
    request: HttpRequest,
    asked: "Request",
    *,
    answer: Form | None = None,
    refusal: Form | None = None,
    reason: Form | None = None,
) -> HttpResponse:
    """The page of a request, with a form that was not right in its place."""
    officer: UUID = request.user.pk
    seen = dossier(asked, officer=officer, words=words(), on=inbox.today(timezone.now()))
    wrong = [form for form in (answer, refusal, reason) if form is not None]
    context: dict[str, Any] = {
        "seen": seen,
        "answer": answer or AnswerForm(),
        "refusal": refusal or RefusalForm(initial=_proposal(asked)),
        "refusal_open": refusal is not None,
        "reason": reason or ReadingForm(),
    }
    return show(request, "request", context, about=asked.public_id, status=422 if wrong else 200)


def _proposal(asked: "Request") -> dict[str, str]:
    """What the form of a refusal begins with: the ways to complain, in the person's language."""
    with translation.override(asked.language):
        return {"route": complaints.route(asked.jurisdictions)}


def _do(
    request: HttpRequest, asked: "Request", act: Callable[[], Any], success: str
) -> HttpResponse:
    try:
        act()
    except (ConsentRefused, IllegalTransition) as refused:
        messages.error(request, said(refused))
    else:
        messages.success(request, success)
    return redirect("console:request", asked.public_id)
