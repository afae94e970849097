"""Signing in with a six-digit code that goes to the address typed."""

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal import mailed_codes, people
from portal.forms import AddressForm, CodeForm
from portal.mailed_codes import SIGN_IN

BACKEND = "profiles.sign_in.OfficerBackend"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Ask for an address; answer the same whether we know it or not."""
    back = _back(request)
    if request.method != "POST":
        if people.customer_of(request):
            return redirect(back)
        return render(request, "portal/sign_in.html", {"form": AddressForm(), "back": back})
    form = AddressForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/sign_in.html", {"form": form, "back": back}, status=422)
    if not mailed_codes.send(request, form, SIGN_IN):
        return render(request, "portal/sign_in.html", {"form": form, "back": back}, status=429)
    response = redirect(_with_next("portal:code", back))
    mailed_codes.keep_address(response, request, form.cleaned_data["email"], SIGN_IN)
    return response


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Check the code; the address comes back from the visitor's own browser, encrypted."""
    back = _back(request)
    email = mailed_codes.kept_address(request, SIGN_IN)
    if email is None:
        return redirect(_with_next("portal:sign-in", back))
    form = CodeForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "email": email, "back": back}
    if request.method != "POST":
        return render(request, "portal/code.html", context)
    user = mailed_codes.owner(form, email, SIGN_IN) if form.is_valid() else None
    if user is None:
        return render(request, "portal/code.html", context, status=422)
    login(request, user, backend=BACKEND)
    response = HttpResponseRedirect(back)
    mailed_codes.forget_address(response, SIGN_IN)
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    messages.info(request, gettext("You are signed out."))
    return redirect("portal:home")


def _with_next(page: str, back: str) -> str:
    return f"{reverse(page)}?{urlencode({'next': back})}"


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else reverse("portal:home")
