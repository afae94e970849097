"""Your Privacy Choices: the links the law wants, each with an effect at one press.

Opting out needs no account and no proof of who somebody is (11 CCR 7026(d)); what is typed
is used to find the person and then forgotten, and the answer is the same for everybody.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from consent.actions import recording
from consent.acts import Act
from consent.errors import SubjectErased, SubjectUnknown
from consent.queries import standings, states, uses
from consent.queries.uses import Standing
from portal import browser_signal, device_cookie, people
from portal.forms import AddressForm
from profiles.queries import accounts


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All of the choices on one page, with how each stands."""
    standing = _standing(request)
    return render(
        request,
        "portal/choices.html",
        {"standing": standing},
    )


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Whether the opt-out of this browser was processed, for programs (11 CCR 7025(c)(6), 7026(g)).

    `applies_to` names what it holds for, `since` is when it was first recorded. Whoever asks
    learns only of their own browser and session.
    """
    customer, device = people.customer_of(request), device_cookie.device_of(request)
    known = {"browser": device, "account": customer.subject_id if customer else None}
    since = {
        name: moment
        for name, subject_id in known.items()
        if subject_id is not None and (moment := standings.signal_since(subject_id)) is not None
    }
    honoured = bool(since) or browser_signal.is_on(request)
    return JsonResponse(
        {
            "gpc": browser_signal.is_on(request),
            "honoured": honoured,
            "status": gettext("Opt-Out Request Honored") if honoured else None,
            "applies_to": sorted(since) or (["request"] if honoured else []),
            "since": min(since.values()).isoformat(timespec="seconds") if since else None,
        }
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def do_not_sell(request: HttpRequest) -> HttpResponse:
    """Stop selling and sharing for advertising elsewhere (CIV 1798.120, 1798.135)."""
    return _opt_out(request, state="opted_out", name="sale_share", page="portal:do-not-sell",
                    template="portal/do_not_sell.html")  # fmt: skip


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def limit(request: HttpRequest) -> HttpResponse:
    """Use sensitive data only for what was asked for (CIV 1798.121)."""
    return _opt_out(request, state="limited", name="limit_spi", page="portal:limit",
                    template="portal/limit.html")  # fmt: skip


def _opt_out(
    request: HttpRequest, *, state: str, name: str, page: str, template: str
) -> HttpResponse:
    standing = _standing(request)
    done = standing is not None and name in standing.optouts
    context = {"standing": standing, "done": done, "form": AddressForm()}
    if request.method != "POST":
        return render(request, template, context)
    customer = people.customer_of(request)
    if customer is not None:
        if not done:
            _record(customer.subject_id, state, method="portal")
        messages.success(request, gettext("Done. This holds from now on, with every partner."))
        return redirect(page)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return render(request, template, context | {"form": form}, status=422)
    found = accounts.subject_of_address(form.cleaned_data["email"])
    if found is not None and not _stands(found, name):
        _record(found, state, method="portal_without_account")
    messages.success(
        request,
        gettext("Done. If we hold data under this address, this holds for it from now on. We did "
                "not keep what you typed."),
    )  # fmt: skip
    return redirect(page)


def _record(subject_id: UUID, state: str, *, method: str) -> None:
    try:
        recording.record(
            subject_id=subject_id,
            act=Act(state=state, method=method),
            by="portal",
            at=people.now(),
        )
    except (SubjectErased, SubjectUnknown):
        # Because an erased person is opted out of everything, and nobody may learn it here.
        return


def _stands(subject_id: UUID, name: str) -> bool:
    shape = states.read_state(subject_id).shape
    return shape is not None and name in states.shape_content(shape)["optouts"]


def _standing(request: HttpRequest) -> Standing | None:
    customer = people.customer_of(request)
    if customer is None:
        return None
    return uses.standing(
        subject_id=customer.subject_id, language=people.language(), at=people.now()
    )
