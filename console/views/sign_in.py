"""The officers' door: e-mail and password, with a lock-out after too many wrong ones."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from console.actions import reading
from console.forms import SignInForm

LOCKED = 429


@sensitive_post_parameters("username", "password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Shows the form; signs an officer in; says the same whatever was wrong."""
    destination = _destination(request)
    if request.user.is_authenticated and request.user.is_officer:
        return redirect(destination)
    form = SignInForm(request.POST or None)
    locked = False
    if form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            login(request, user)
            reading.record_sign_in(by=user.pk, at=timezone.now())
            return redirect(destination)
        locked = bool(getattr(request, "axes_locked_out", False))
        # Because the page of this view says it better than the answer of the middleware.
        request.axes_locked_out = None  # type: ignore[attr-defined]
        form.add_error(None, _("E-mail or password is not right. Check both and try again."))
    status = LOCKED if locked else 422 if form.errors else 200
    context = {"form": form, "locked": locked, "next": destination, "page": "sign-in"}
    return render(request, "console/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; says nothing of who it was."""
    if request.user.is_authenticated and request.user.is_officer:
        reading.record_sign_out(by=request.user.pk, at=timezone.now())
    logout(request)
    return redirect("console:sign-in")


def _destination(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("console:today")
