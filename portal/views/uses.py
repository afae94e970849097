"""The uses of a person's data: six rows, two equal buttons, the answer in words."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from consent.errors import ConsentRefused, StaleEpoch
from consent.queries import receipts, uses
from consent.queries.uses import Scope, Standing, Use
from portal import answers, arrivals, cards, confirmations, history, people
from portal.answers import Answered, Outcome


@require_safe
@people.choosers_only
def overview(request: HttpRequest) -> HttpResponse:
    """All uses, grouped by whether they are asked."""
    at = people.now()
    standing = _standing(request)
    return render(
        request,
        "portal/uses.html",
        {
            "standing": standing,
            "brands": cards.groups(standing, at=at, arrivals=arrivals.of_uses(standing, at=at)),
            "here": request.path,
        },
    )


@require_safe
@people.choosers_only
def detail(request: HttpRequest, purpose: str) -> HttpResponse:
    """One use with its parts, its legal basis and the last receipt."""
    at = people.now()
    standing = _standing(request)
    use = _use(standing, purpose)
    return render(
        request,
        "portal/use.html",
        {
            "standing": standing,
            "card": cards.card(use, standing, at=at, arrivals=arrivals.of_uses(standing, at=at)),
            "versions": history.versions(use, language=people.language()),
            "here": request.path,
        },
    )


@require_POST
@people.choosers_only
def answer(request: HttpRequest, purpose: str) -> HttpResponse:
    """Record a press of No or Yes, at once; then back to where it was pressed."""
    standing = _standing(request)
    use = _use(standing, purpose)
    decision = request.POST.get("decision")
    if not use.asked or decision not in {"no", "yes"}:
        raise Http404
    scope = _scope(use, request.POST.get("part", ""))
    try:
        answered = _record(request, use, standing, scope, yes=decision == "yes")
    except StaleEpoch:
        messages.warning(request, confirmations.moved())
        return redirect(_back(request, purpose))
    except ConsentRefused:
        # Because a token may be good and its words not be those that a Yes can be given to.
        answered = Answered(Outcome.NOT_SHOWN)
    if answered.outcome is Outcome.CONFIRM:
        return _confirm(request, use, standing, scope)
    _tell(request, use, scope, answered)
    return redirect(_back(request, purpose))


def _record(
    request: HttpRequest, use: Use, standing: Standing, scope: Scope | None, *, yes: bool
) -> Answered:
    at = people.now()
    subject_id = request.customer.subject_id
    shown = answers.read_token(
        request.POST.get("shown", ""), subject_id=subject_id, purpose=use.code, at=at
    )
    if_epoch = answers.read_epoch(request.POST.get("epoch", ""))
    confirmed = request.POST.get("confirmed") == "yes"
    if scope is not None:
        return answers.say_of_part(
            subject_id=subject_id, use=use, standing=standing, scope=scope, yes=yes, shown=shown,
            if_epoch=if_epoch, confirmed=confirmed, at=at,
        )  # fmt: skip
    if not yes:
        return answers.say_no(subject_id=subject_id, use=use, shown=shown, at=at)
    return answers.say_yes(
        subject_id=subject_id, use=use, standing=standing, shown=shown,
        if_epoch=if_epoch, confirmed=confirmed, at=at,
    )  # fmt: skip


def _tell(request: HttpRequest, use: Use, scope: Scope | None, answered: Answered) -> None:
    """Say what happened, from the state as it is after the press."""
    if answered.outcome is Outcome.NOT_SHOWN:
        messages.warning(request, confirmations.not_shown())
        return
    after = _use(_standing(request), use.code)
    if answered.outcome is Outcome.ALREADY:
        messages.info(request, confirmations.already(after, scope))
        return
    if answered.receipt is None:
        return
    event = answered.receipt.event
    number = receipts.number_of(event.pk)
    if scope is not None:
        part = next((found for found in after.scopes if found.code == scope.code), scope)
        messages.success(
            request, confirmations.part(after, part, at=event.valid_from, number=number)
        )
    else:
        messages.success(request, confirmations.whole(after, at=event.valid_from, number=number))


def _confirm(
    request: HttpRequest, use: Use, standing: Standing, scope: Scope | None
) -> HttpResponse:
    return render(
        request,
        "portal/confirm.html",
        {
            "card": cards.card(use, standing, at=people.now()),
            "scope": scope,
            "standing": standing,
            "here": _back(request, use.code),
        },
    )


def _standing(request: HttpRequest) -> Standing:
    return uses.standing(
        subject_id=request.customer.subject_id, language=people.language(), at=people.now()
    )


def _use(standing: Standing, purpose: str) -> Use:
    use = standing.use(purpose)
    if use is None:
        raise Http404
    return use


def _scope(use: Use, code: str) -> Scope | None:
    if not code:
        return None
    scope = next((found for found in use.scopes if found.code == code), None)
    if scope is None:
        raise Http404
    return scope


def _back(request: HttpRequest, purpose: str) -> str:
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}
    ):
        return wanted
    return reverse("portal:use", args=[purpose])
