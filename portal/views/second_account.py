"""Proving that a second account is one's own: its address, then the code that was mailed there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal import people, second_account, sign_in_mail
from portal.forms import AddressForm, CodeForm
from portal.sign_in_limits import TooMany, count_message
from portal.typed_address import SECOND_COOKIE, SECOND_FOLDER, SECONDS, close, unclose
from profiles.actions import accounts


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@people.customers_only
def address(request: HttpRequest) -> HttpResponse:
    """Ask for the address of the other account; answer the same whether we know it or not."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "portal/second_account.html", {"form": form}, status=status)
    email = form.cleaned_data["email"]
    try:
        count_message(email=email, visitor=request.META.get("REMOTE_ADDR", ""))
    except TooMany:
        form.add_error(
            "email",
            gettext("Too many codes were sent to this address or from this network. Use the "
                    "newest code you have, or try again in 15 minutes."),
        )  # fmt: skip
        return render(request, "portal/second_account.html", {"form": form}, status=429)
    issued = accounts.request_code(email=email, at=people.now(), proves=accounts.JOIN)
    sign_in_mail.send(email=email, issued=issued, language=people.language(), joining=True)
    response = redirect("portal:join-code")
    response.set_cookie(
        SECOND_COOKIE,
        close(email),
        max_age=SECONDS,
        path=SECOND_FOLDER,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@people.customers_only
def code(request: HttpRequest) -> HttpResponse:
    """Check the code; then the page of joins shows the table, and nothing is joined yet."""
    email = unclose(request.COOKIES.get(SECOND_COOKIE, ""))
    if email is None:
        return redirect("portal:join-account")
    form = CodeForm(request.POST if request.method == "POST" else None)
    user = None
    if form.is_valid():
        user = accounts.confirm_code(
            email=email, code=form.cleaned_data["code"], at=people.now(), proves=accounts.JOIN
        )
        if user is None:
            form.add_error(
                "code",
                gettext("That code does not match, or it is too old. Check the newest e-mail, "
                        "or send a new one."),
            )  # fmt: skip
    if user is None or user.subject_id is None:
        context = {"form": form, "email": email}
        status = 422 if form.is_bound else 200
        return render(request, "portal/second_account_code.html", context, status=status)
    me = request.customer.subject_id  # type: ignore[attr-defined]
    if user.subject_id == me:
        messages.info(request, gettext("That is the account you are signed in with."))
    else:
        second_account.remember(request, me=me, other=user.subject_id)
    response = HttpResponseRedirect("/joins")
    response.delete_cookie(SECOND_COOKIE, path=SECOND_FOLDER)
    return response
