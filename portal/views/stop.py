"""Stopping without a sign-in: GET changes nothing, one press does, a mail program may too.

The token is what is proved, so no cookie and no form token is needed (RFC 8058, 3.1-3.2). It
can only stop: the page shows nothing of the person but whether this very scope is stopped.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from consent import one_click
from consent.actions import stop_links as actions
from consent.actions.stop_links import Scope
from consent.queries import stop_links
from portal import people, stop_words
from portal.forms import AddressForm
from portal.sign_in_limits import TooMany, count_message
from profiles.queries import accounts

WITHOUT_ACCOUNT = "portal_without_account"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What the link would stop, three equal buttons; after a press what was stopped."""
    at = people.now()
    link = stop_links.find(token, at=at)
    if link is None:
        return _sealed(render(request, "portal/stop_unknown.html", {"form": AddressForm()},
                              status=404))  # fmt: skip
    scope = actions.scope_of(link)
    context = {"words": stop_words.words(scope), "whole": scope.purpose is None}
    pressed = _pressed(request)
    if pressed == "keep":
        return _sealed(render(request, "portal/stop_kept.html", context))
    if pressed not in {"stop", "stop_all"}:
        status = 422 if request.method == "POST" else 200
        return _sealed(render(request, "portal/stop.html", context, status=status))
    stopped = actions.press(link=link, everything=pressed == "stop_all", at=at)
    done = {"done": stop_words.done(stopped), "whole": stopped.scope.purpose is None}
    return _sealed(render(request, "portal/stopped.html", done))


def _pressed(request: HttpRequest) -> str:
    """Which button; a mail program presses the first one."""
    if request.method != "POST":
        return ""
    if request.POST.get(one_click.FIELD) == one_click.VALUE:
        return "stop"
    return request.POST.get("decision", "")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def by_address(request: HttpRequest) -> HttpResponse:
    """For links too old to know the person: stop all advertising to the address typed.

    The answer is the same whether we know the address or not, and it is not kept.
    """
    if request.method != "POST":
        return render(request, "portal/stop_unknown.html", {"form": AddressForm(), "fresh": True})
    form = AddressForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/stop_unknown.html", {"form": form, "fresh": True},
                      status=422)  # fmt: skip
    email = form.cleaned_data["email"]
    try:
        count_message(email=email, visitor=request.META.get("REMOTE_ADDR", ""), what="stops")
    except TooMany:
        form.add_error("email", gettext("This was asked too often from here. Try again in 15 "
                                        "minutes, or write to us."))  # fmt: skip
        return render(request, "portal/stop_unknown.html", {"form": form, "fresh": True},
                      status=429)  # fmt: skip
    found = accounts.subject_of_address(email)
    if found is not None:
        actions.stop(subject_id=found, scope=Scope(), method=WITHOUT_ACCOUNT, at=people.now())
    return render(request, "portal/stopped_address.html", {"lists": stop_words.lists(Scope())})


def _sealed(response: HttpResponse) -> HttpResponse:
    """Keep the token out of other places' logs and of search engines."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
