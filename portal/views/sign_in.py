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

from portal import people, sign_in_mail
from portal.forms import AddressForm, CodeForm
from portal.sign_in_limits import TooMany, count_message
from portal.typed_address import COOKIE, FOLDER, SECONDS, close, unclose
from profiles.actions import accounts

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
    email, at = form.cleaned_data["email"], people.now()
    try:
        count_message(email=email, visitor=request.META.get("REMOTE_ADDR", ""))
    except TooMany:
        form.add_error(
            "email",
            gettext("Too many codes were sent to this address or from this network. Use the "
                    "newest code you have, or try again in 15 minutes."),
        )  # fmt: skip
        return render(request, "portal/sign_in.html", {"form": form, "back": back}, status=429)
    issued = accounts.request_code(email=email, at=at)
    sign_in_mail.send(email=email, issued=issued, language=people.language())
    response = redirect(_with_next("portal:code", back))
    response.set_cookie(
        COOKIE,
        close(email),
        max_age=SECONDS,
        path=FOLDER,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Check the code; the address comes back from the visitor's own browser, encrypted."""
    back = _back(request)
    email = unclose(request.COOKIES.get(COOKIE, ""))
    if email is None:
        return redirect(_with_next("portal:sign-in", back))
    form = CodeForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "email": email, "back": back}
    if request.method != "POST":
        return render(request, "portal/code.html", context)
    user = None
    if form.is_valid():
        user = accounts.confirm_code(email=email, code=form.cleaned_data["code"], at=people.now())
        if user is None:
            form.add_error(
                "code",
                gettext("That code does not match, or it is too old. Check the newest e-mail, "
                        "or send a new one."),
            )  # fmt: skip
    if user is None:
        return render(request, "portal/code.html", context, status=422)
    login(request, user, backend=BACKEND)
    response = HttpResponseRedirect(back)
    response.delete_cookie(COOKIE, path=FOLDER)
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
