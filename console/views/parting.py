"""Taking two joined records apart: the reason, then the table of what it changes, then the deed."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent.actions import joining
from consent.errors import ConsentRefused
from consent.queries import joins
from console.actions import reading
from console.forms import PartingForm
from console.permissions import officers_only
from console.queries.joined import line_of, standing_join
from console.queries.words import words
from console.refusals import said
from console.views.pages import show
from console.views.requests import found

if TYPE_CHECKING:
    from consent.join_changes import Preview
    from consent.models import SubjectLink
    from profiles.models import Request

REASON_TO_LOOK = "accuracy_check"


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, reference: str, join: UUID) -> HttpResponse:
    """Asks for the reason; then shows what changes; does it once exactly that was confirmed."""
    asked = found(reference)
    link = standing_join(asked.subject_id, join)
    if link is None:
        raise Http404
    form = PartingForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, asked, link, form, status=422 if form.is_bound else 200)
    _put_on_record(request, asked, link)
    changes = joins.preview_parting(link, subject_id=asked.subject_id, at=timezone.now())
    if form.cleaned_data["shown"] != changes.digest:
        if form.cleaned_data["shown"]:
            messages.warning(request, _("Something was said since. Read the table again."))
        return _page(request, asked, link, form, changes=changes)
    return _part(request, asked, link, form.cleaned_data["reason"])


def _put_on_record(request: HttpRequest, asked: "Request", link: "SubjectLink") -> None:
    """Because the table shows answers of both people, both must find that somebody looked."""
    for person in (link.one_id, link.other_id):
        reading.record_person_read(
            subject_id=person,
            reason=REASON_TO_LOOK,
            request_ref=asked.public_id,
            by=request.user.pk,
            at=timezone.now(),
        )


def _part(request: HttpRequest, asked: "Request", link: "SubjectLink", reason: str) -> HttpResponse:
    try:
        joining.part(link=link.pk, by=str(request.user.pk), at=timezone.now(), reason=reason)
    except ConsentRefused as refused:
        messages.error(request, said(refused))
    else:
        messages.success(request, _("Taken apart. What restricted meanwhile stays for both."))
    return redirect("console:request", asked.public_id)


def _page(
    request: HttpRequest,
    asked: "Request",
    link: "SubjectLink",
    form: PartingForm,
    *,
    changes: "Preview | None" = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "reference": asked.public_id,
        "line": line_of(link, asked.subject_id, officer=request.user.pk, words=words()),
        "form": form,
        "changes": changes,
    }
    return show(request, "part", context, about=asked.public_id, status=status)
