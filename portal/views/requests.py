"""Requests: six verbs, what each gives, and how far each has come."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent.actions import recording
from consent.acts import Act
from consent.errors import ConsentRefused
from consent.queries import uses
from portal import people, request_cards
from portal.forms import RequestForm
from portal.rights_words import WORDS
from profiles.actions import exporting
from profiles.actions import requests as acts
from profiles.errors import ExportGone, NotPossibleNow, RequestUnknown
from profiles.queries import requests

PORTAL = "portal"
# Because an erased person has no account any more and still wants to see that it is done.
COOKIE, COOKIE_SECONDS, SALT = "erasure", 30 * 24 * 3600, "portal.erasure"


@require_safe
@people.customers_only
def overview(request: HttpRequest) -> HttpResponse:
    """The verbs, and the requests made so far."""
    subject_id = request.customer.subject_id
    standing = _standing(request)
    made = [request_cards.listed(found) for found in requests.requests_of(subject_id)]
    return render(
        request, "portal/requests.html", {"words": WORDS, "made": made, "standing": standing}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@people.customers_only
def new(request: HttpRequest, right: str) -> HttpResponse:
    """The form of one right, with its consequences before its button."""
    if right not in WORDS:
        raise Http404
    standing = _standing(request)
    choices = request_cards.objectionable(standing) if right == "objection" else []
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        words=WORDS[right],
        choices=choices,
        initial=request_cards.started(
            right, request.GET.get("purpose", ""), request.GET.get("attribute", "")
        ),
    )
    if request.method == "POST" and form.is_valid():
        return _open(request, right, form)
    context: dict[str, Any] = {
        "right": right, "words": WORDS[right], "form": form, "standing": standing,
    }  # fmt: skip
    if right == "erasure":
        context["consequences"] = requests.consequences(
            request.customer.subject_id, language=people.language(), at=people.now()
        )
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/new_request.html", context, status=status)


def _open(request: HttpRequest, right: str, form: RequestForm) -> HttpResponse:
    try:
        opened = acts.open_request(
            subject_id=request.customer.subject_id,
            right=right,
            by=PORTAL,
            at=people.now(),
            undo=request.POST.get("undo") != "skip",
            purpose=form.cleaned_data.get("purpose") or None,
            text=form.cleaned_data.get("text", ""),
        )
    except ConsentRefused:
        messages.error(request, gettext("Nothing was sent: this is not possible now."))
        return redirect("portal:requests")
    response = redirect("portal:request", opened.public_id)
    if right == "erasure":
        response.set_cookie(
            COOKIE,
            signing.dumps(opened.public_id, salt=SALT),
            max_age=COOKIE_SECONDS,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


@require_safe
@never_cache
def detail(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """How far a request has come; an erased person still sees the end of it on this device."""
    if people.customer_of(request) is None and _kept_here(request) == public_id:
        found = requests.find(public_id)
        if found is not None and found.right == "erasure":
            return _shown(request, found, gone=not found.is_open)
    return _own(request, public_id)


@people.customers_only
def _own(request: HttpRequest, public_id: str) -> HttpResponse:
    return _shown(request, _mine(request, public_id), gone=False)


def _shown(request: HttpRequest, found: request_cards.Request, *, gone: bool) -> HttpResponse:
    card = request_cards.detailed(requests.progress(found))
    context = {"card": card, "gone": gone, "note": None if gone else requests.note(found)}
    return render(request, "portal/request.html", context)


@require_POST
@people.customers_only
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a request back while that is possible."""
    found = _mine(request, public_id)
    try:
        acts.cancel(request_id=found.pk, by=PORTAL, at=people.now())
    except NotPossibleNow:
        messages.warning(request, gettext("It is too late to take this back."))
    else:
        messages.success(request, gettext("Taken back. Your answers are as they were before."))
    return redirect("portal:request", public_id)


@require_safe
@people.customers_only
def download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The finished copy, decrypted while it is sent."""
    found = _mine(request, public_id)
    try:
        chunks = exporting.open_export(request_id=found.pk, by=PORTAL, at=people.now())
    except RequestUnknown as error:
        raise Http404 from error
    except ExportGone:
        messages.warning(
            request, gettext("This copy is no longer kept. Ask for a new one; it takes minutes.")
        )
        return redirect("portal:request", public_id)
    response = StreamingHttpResponse(chunks, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{public_id[-8:]}.zip"'
    return response


@require_POST
@people.customers_only
def end_pause(request: HttpRequest) -> HttpResponse:
    """The person ends the pause that the person asked for (GDPR Art. 18)."""
    if _standing(request).restricted:
        recording.record(
            subject_id=request.customer.subject_id,
            act=Act(state="unrestricted", method="portal"),
            by=PORTAL,
            at=people.now(),
        )
    messages.success(request, gettext("The pause has ended. Your answers hold as before."))
    return redirect("portal:requests")


def _mine(request: HttpRequest, public_id: str) -> request_cards.Request:
    found = requests.find(public_id, subject_id=request.customer.subject_id)
    if found is None:
        raise Http404
    return found


def _kept_here(request: HttpRequest) -> str | None:
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return None
    return kept if isinstance(kept, str) else None


def _standing(request: HttpRequest) -> uses.Standing:
    return uses.standing(
        subject_id=request.customer.subject_id, language=people.language(), at=people.now()
    )
