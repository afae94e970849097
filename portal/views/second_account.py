"""Proving that a second account is one's own: its address, then a mailed code."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal import mailed_codes, people, second_account
from portal.forms import AddressForm, CodeForm
from portal.mailed_codes import SECOND_ACCOUNT


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
    if not mailed_codes.send(request, form, SECOND_ACCOUNT):
        return render(request, "portal/second_account.html", {"form": form}, status=429)
    response = redirect("portal:join-code")
    mailed_codes.keep_address(response, request, form.cleaned_data["email"], SECOND_ACCOUNT)
    return response


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@people.customers_only
def code(request: HttpRequest) -> HttpResponse:
    """Check the code; then the page of joins shows the table, and nothing is joined yet."""
    email = mailed_codes.kept_address(request, SECOND_ACCOUNT)
    if email is None:
        return redirect("portal:join-account")
    form = CodeForm(request.POST if request.method == "POST" else None)
    user = mailed_codes.owner(form, email, SECOND_ACCOUNT) if form.is_valid() else None
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
    mailed_codes.forget_address(response, SECOND_ACCOUNT)
    return response
