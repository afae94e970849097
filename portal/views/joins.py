"""This browser and the account: whether they count as one person, asked and never assumed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from consent.actions import joining
from consent.errors import ConsentRefused
from consent.queries import joins
from portal import device_cookie, people

KIND = "device"


@require_safe
@people.customers_only
def page(request: HttpRequest) -> HttpResponse:
    """What joining would change, before anybody joins; and each join with its way back."""
    me = _me(request)
    standing = joins.joins_of(me)
    device = _free_device(request, me, standing)
    found = joins.preview(one=me, other=device, at=people.now()) if device else None
    return render(request, "portal/joins.html", {"preview": found, "joins": standing})


@require_POST
@people.customers_only
def answer(request: HttpRequest) -> HttpResponse:
    """No keeps them apart and writes nothing; Yes joins."""
    me = _me(request)
    device = _free_device(request, me, joins.joins_of(me))
    decision = request.POST.get("decision")
    if decision not in {"no", "yes"} or device is None:
        raise Http404
    if decision == "no":
        messages.success(request, gettext("Kept apart. Nothing was changed."))
    else:
        _join(request, me, device)
    return redirect("portal:joins")


def _join(request: HttpRequest, me: UUID, device: UUID) -> None:
    shown = request.POST.get("shown", "")
    try:
        joining.join(one=me, other=device, kind=KIND, by="portal", at=people.now(), shown=shown)
    except ConsentRefused:
        messages.warning(
            request, gettext("Something changed since the table was shown. Please look again.")
        )
    else:
        messages.success(request, gettext("Joined. The stricter answer holds for both."))


@require_POST
@people.customers_only
def undo(request: HttpRequest, join: UUID) -> HttpResponse:
    """Take apart what was joined; somebody else's join is not found."""
    if all(link.pk != join for link in joins.joins_of(_me(request))):
        raise Http404
    try:
        joining.part(link=join, by="portal", at=people.now())
    except ConsentRefused:
        raise Http404 from None
    messages.success(request, gettext("Taken apart. What you stopped meanwhile stays stopped."))
    return redirect("portal:joins")


def _me(request: HttpRequest) -> UUID:
    customer = people.customer_of(request)
    if customer is None:
        raise Http404
    return customer.subject_id


def _free_device(request: HttpRequest, me: UUID, standing: list[object]) -> UUID | None:
    """The record of this browser, if it has one that is not joined with the account already."""
    device = device_cookie.device_of(request)
    if device is None or device == me:
        return None
    if any(device in (link.one_id, link.other_id) for link in standing):
        return None
    return device if joins.epoch_of(device) else None
