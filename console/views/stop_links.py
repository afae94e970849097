"""The stop links of a person: which there are, a new one, and an end before its time."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consent import one_click
from consent.actions import stop_links as actions
from consent.errors import ConsentRefused
from consent.queries import links_in_force
from consent.queries import stop_links as found_links
from console.actions import reading
from console.forms.stop_links import IssueForm, RevokeForm
from console.permissions import officers_only
from console.queries import inbox
from console.queries import stop_links as queries
from console.refusals import said
from console.views.pages import show
from console.views.requests import found

REASON = "handling_request"


@officers_only
@require_safe
def stop_links(request: HttpRequest, reference: str) -> HttpResponse:
    """The links in force; that an officer looked is on record for the person."""
    return _page(request, reference)


@officers_only
@require_POST
def issue(request: HttpRequest, reference: str) -> HttpResponse:
    """A new link of one of the two kinds; its address is shown to this officer only."""
    asked, at = found(reference), timezone.now()
    form = _form(at, request.POST)
    if not form.is_valid():
        return _page(request, reference, form=form)
    try:
        link = actions.issue(
            subject_id=asked.subject_id,
            kind=form.cleaned_data["kind"],
            scope=form.scope(),
            by=str(request.user.pk),
            at=at,
        )
    except ConsentRefused as refused:
        messages.error(request, said(refused))
        return redirect("console:stop-links", reference)
    return redirect("console:stop-link", reference, link.pk)


@officers_only
@require_safe
def fresh(request: HttpRequest, reference: str, link: UUID) -> HttpResponse:
    """The address of a link that was just made, for the officer who made it."""
    asked, held = found(reference), found_links.find_by_id(link)
    if held is None or held.subject_id != asked.subject_id:
        raise Http404
    if not queries.may_see(held, officer=request.user.pk, at=timezone.now()):
        raise Http404
    url = queries.address_of(held)
    headers = one_click.mail_headers(url) if held.kind == "stop" else {}
    context = {
        "reference": asked.public_id,
        "url": url,
        "headers": headers.items(),
        "row": queries.rows([held], officer=request.user.pk)[0],
    }
    response = show(request, "stop_link", context, about=asked.public_id)
    response["Referrer-Policy"] = "no-referrer"
    return response


@officers_only
@require_POST
def revoke(request: HttpRequest, reference: str, link: UUID) -> HttpResponse:
    """End a link now, with a reason."""
    asked, form = found(reference), RevokeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the link ends. Nothing was changed."))
        return redirect("console:stop-links", reference)
    try:
        actions.revoke(
            subject_id=asked.subject_id,
            link_id=link,
            reason=form.cleaned_data["reason"],
            by=str(request.user.pk),
            at=timezone.now(),
        )
    except ConsentRefused as refused:
        messages.error(request, said(refused))
    else:
        messages.success(request, _("The link has ended."))
    return redirect("console:stop-links", reference)


def _form(at: datetime, data: QueryDict | None = None) -> IssueForm:
    return IssueForm(data, purposes=queries.purposes(at=at), channels=queries.channels())


def _page(request: HttpRequest, reference: str, *, form: IssueForm | None = None) -> HttpResponse:
    asked, at = found(reference), timezone.now()
    # Because the entry must stand before anything is shown.
    reading.record_person_read(
        subject_id=asked.subject_id,
        reason=REASON,
        request_ref=asked.public_id,
        by=request.user.pk,
        at=at,
    )
    links, following = links_in_force.links_in_force(
        asked.subject_id, at=at, after=_after(request.GET.get("after", ""))
    )
    context = {
        "reference": asked.public_id,
        "person": inbox.person_of(asked.subject_id),
        "rows": queries.rows(links, officer=request.user.pk),
        "following": following,
        "issue": form or _form(at),
    }
    status = 422 if form is not None else 200
    return show(request, "stop_links", context, about=asked.public_id, status=status)


def _after(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
