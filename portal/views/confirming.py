"""The page behind a confirmation link: opening it changes nothing, pressing Yes confirms.

Nobody signs in here: the link went to the address that the Yes is about.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent.actions import confirming, recording
from consent.actions.confirming import Waiting
from consent.acts import Act
from consent.errors import ConsentRefused
from consent.queries import receipts
from portal import cards, people


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """What waits and two equal buttons; mail scanners open links, so a GET records nothing."""
    waiting = confirming.waiting_of(token, at=people.now())
    if waiting is None:
        return render(request, "portal/confirm_yes.html", {"state": "unknown"}, status=404)
    decision = request.POST.get("decision")
    if waiting.state == "waiting" and decision in {"no", "yes"}:
        _answer(request, waiting, token, yes=decision == "yes")
        return redirect("portal:confirm-yes", token)
    event = waiting.event
    receipt = receipts.receipt(subject_id=event.subject_id, event=event.pk)
    words = receipt.words if receipt else None
    context = {
        "state": waiting.state,
        "waiting": waiting,
        "words": words,
        "rows": cards.named_rows(words) if words else (),
    }
    return render(request, "portal/confirm_yes.html", context)


def _answer(request: HttpRequest, waiting: Waiting, token: str, *, yes: bool) -> None:
    try:
        if yes:
            confirming.confirm(token=token, at=people.now())
            messages.success(request, gettext("Confirmed. Your Yes holds from now on."))
        else:
            _refuse(waiting)
            messages.success(request, gettext("Saved: No. Nothing was switched on."))
    except ConsentRefused:
        messages.warning(request, gettext("Nothing was saved, because this has ended meanwhile."))


def _refuse(waiting: Waiting) -> None:
    event = waiting.event
    act = Act(
        state="refused",
        purpose=confirming.purpose_of(event),
        attributes=tuple(event.attributes),
        channels=tuple(event.channels),
        recipient=event.recipient_id,
        method="confirmation_link",
    )
    recording.record(subject_id=event.subject_id, act=act, by="portal", at=people.now())
