"""This browser or a second account: joined with the account when asked, never by assumption."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from consent.actions import joining
from consent.errors import ConsentRefused
from consent.queries import join_rows, joins
from portal import device_cookie, people, second_account

DEVICE, ACCOUNT = "device", "account"


class Link(Protocol):
    """What is read of a stored join."""

    one_id: UUID
    other_id: UUID


@require_safe
@people.customers_only
def page(request: HttpRequest) -> HttpResponse:
    """What joining would change, before anybody joins; each join with its way back; the ended."""
    me = _me(request)
    standing = joins.joins_of(me)
    other, kind = _candidate(request, me, standing)
    found = joins.preview(one=me, other=other, at=people.now()) if other else None
    given = request.GET.get("page", "1")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 5 else 1
    ended, more = joins.ended_joins(me, page=number)
    context = {
        "preview": found,
        "kind": kind,
        "joins": [(link, join_rows.kind_words(link.kind)) for link in standing],
        "ended": [
            (link, join_rows.kind_words(link.kind), join_rows.ending_words(link)) for link in ended
        ],
        "number": number,
        "more": more,
    }
    return render(request, "portal/joins.html", context)


@require_POST
@people.customers_only
def answer(request: HttpRequest) -> HttpResponse:
    """No keeps them apart and writes nothing; Yes joins."""
    me = _me(request)
    other, kind = _candidate(request, me, joins.joins_of(me))
    decision = request.POST.get("decision")
    if decision not in {"no", "yes"} or other is None or request.POST.get("kind", kind) != kind:
        raise Http404
    if decision == "yes" and not _join(request, me, other, kind):
        return redirect("portal:joins")
    if decision == "no":
        messages.success(request, gettext("Kept apart. Nothing was changed."))
    second_account.forget(request)
    return redirect("portal:joins")


def _join(request: HttpRequest, me: UUID, other: UUID, kind: str) -> bool:
    try:
        joining.join(
            one=me,
            other=other,
            kind=kind,
            by="portal",
            at=people.now(),
            shown=request.POST.get("shown", ""),
            evidence="mailed-code" if kind == ACCOUNT else "",
        )
    except ConsentRefused:
        messages.warning(
            request, gettext("Something changed since the table was shown. Please look again.")
        )
        return False
    messages.success(request, gettext("Joined. The stricter answer holds for both."))
    return True


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


def _candidate(request: HttpRequest, me: UUID, standing: Iterable[Link]) -> tuple[UUID | None, str]:
    """What could be joined now: an account that was proved to be one's own, else this browser."""
    joined = {record for link in standing for record in (link.one_id, link.other_id)} | {me}
    account = second_account.proved(request, me)
    if account is not None and account not in joined:
        return account, ACCOUNT
    device = device_cookie.device_of(request)
    if device is None or device in joined or not joins.epoch_of(device):
        return None, DEVICE
    return device, DEVICE
