"""Does the log still agree with what I kept? For everybody, without a sign-in.

Nothing of what is sent is stored, unless it contradicts the log. No form token is needed,
because nothing here depends on who sends it.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from audit.errors import LogDamaged
from audit.kept import Unreadable
from consent.actions import kept_receipts
from portal import people
from portal.kept_form import KeptForm
from portal.sign_in_limits import TooMany, count_visit

# Because a form is a little longer than the file in it, and text may be sent as %XX.
LARGEST_REQUEST = 4 * kept_receipts.LONGEST


@csrf_exempt
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form, and what came out."""
    if request.method != "POST":
        return _shown(request, KeptForm())
    # Because a long request must be refused before any of it is read or put on a disk.
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
        return _refused(request, gettext("This is longer than any receipt. 64 KB at most."), 413)
    try:
        count_visit(visitor=request.META.get("REMOTE_ADDR", ""), what="kept")
    except TooMany:
        return _refused(request, gettext("This was asked too often from here. Try again in 15 "
                                         "minutes."), 429)  # fmt: skip
    form = KeptForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form, status=422)
    try:
        found = kept_receipts.check(form.cleaned_data["kept"], at=people.now())
    except Unreadable:
        return _refused(request, gettext("This is no receipt with a log proof, no .tlog-proof and "
                                         "no checkpoint. Choose the file as it was given to you."),
                        422)  # fmt: skip
    except LogDamaged:
        return _refused(request, gettext("The log cannot be compared now. Keep your file, and try "
                                         "again; if it stays so, write to us."), 503)  # fmt: skip
    return _shown(request, KeptForm(), found=found)


def _refused(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return _shown(request, KeptForm(), why=why, status=status)


def _shown(
    request: HttpRequest,
    form: KeptForm,
    *,
    found: kept_receipts.Checked | None = None,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "found": found, "why": why}
    return render(request, "portal/check_kept.html", context, status=status)
