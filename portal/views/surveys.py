"""One question at a time: a Yes keeps the answer, a No is remembered, a skip says nothing."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from consent.actions import recording
from consent.acts import Act
from consent.errors import ConsentRefused, StaleEpoch
from consent.queries import uses
from consent.queries.uses import Standing
from portal import answers, cards, confirmations, people, surveys
from portal.surveys import SURVEYS, Field, Survey
from profiles.actions import vault
from profiles.queries import vault as held

SKIPPED = "portal.survey_skipped"
SOURCE = "form"


def _survey(code: str) -> Survey:
    survey = SURVEYS.get(code)
    if survey is None:
        raise Http404
    return survey


def _standing(request: HttpRequest) -> Standing:
    return uses.standing(
        subject_id=request.customer.subject_id, language=people.language(), at=people.now()
    )


@require_safe
@people.customers_only
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The next question, or that there is none left."""
    survey, standing = _survey(code), _standing(request)
    progress = surveys.progress(
        survey,
        standing=standing,
        held=held.inventory(request.customer.subject_id),
        skipped=request.session.get(SKIPPED, []),
    )
    use = standing.use(progress.field.purpose) if progress.field else None
    card = cards.card(use, standing, at=people.now()) if use else None
    return render(
        request,
        "portal/survey.html",
        {"survey": survey, "progress": progress, "card": card, "standing": standing},
    )


@require_POST
@people.customers_only
def answer(request: HttpRequest, code: str, attribute: str) -> HttpResponse:
    """Settle one question, at once and on its own."""
    survey = _survey(code)
    field = survey.field(attribute)
    decision = request.POST.get("decision")
    if field is None or decision not in {"no", "yes", "skip"}:
        raise Http404
    if decision == "skip":
        request.session[SKIPPED] = [*request.session.get(SKIPPED, []), attribute]
    elif decision == "no":
        _say_no(request, field)
        messages.success(request, gettext("We do not ask this again. Nothing is stored."))
    elif request.POST.get("value") not in field.choices:
        messages.warning(request, gettext("Choose an answer first, or skip the question."))
    else:
        try:
            _keep(request, field, request.POST["value"])
        except StaleEpoch:
            messages.warning(request, confirmations.moved())
        except ConsentRefused:
            messages.warning(request, confirmations.not_shown())
    return redirect("portal:survey", code=code)


def _say_no(request: HttpRequest, field: Field) -> None:
    recording.record(
        subject_id=request.customer.subject_id,
        act=Act(
            state="refused",
            purpose=field.purpose,
            attributes=(field.attribute,),
            method="portal",
        ),
        by="portal",
        at=people.now(),
    )


def _keep(request: HttpRequest, field: Field, value: str) -> None:
    """Allow this attribute alone, where it is not allowed yet, and store the answer."""
    at, standing = people.now(), _standing(request)
    shown = answers.read_token(
        request.POST.get("shown", ""),
        subject_id=request.customer.subject_id,
        purpose=field.purpose,
        at=at,
    )
    use = standing.use(field.purpose)
    if not shown or use is None or use.older_wording:
        # Because a Yes to a part of new words would stand as a Yes to all of them.
        messages.warning(
            request,
            gettext("Not saved: the words have changed. Answer “%(use)s” on its own page first.")
            % {"use": use.name if use else field.purpose},
        )
        return
    with transaction.atomic():
        scope = surveys.scope_of(standing, field)
        if scope is None or not scope.permitted:
            _allow(request, field, shown)
            scope = surveys.scope_of(_standing(request), field)
        stored = scope is not None and scope.permitted
        if stored:
            vault.write(
                subject_id=request.customer.subject_id,
                values={field.attribute: value},
                source=SOURCE,
                by="portal",
                at=at,
            )
    if stored:
        messages.success(request, gettext("Kept. You can correct or erase it at any time."))
    else:
        messages.warning(
            request,
            gettext("Your Yes is on record, but something else stands against its use, so the "
                    "answer is not stored."),
        )  # fmt: skip


def _allow(request: HttpRequest, field: Field, shown: str) -> None:
    recording.record(
        subject_id=request.customer.subject_id,
        act=Act(
            state="given",
            purpose=field.purpose,
            attributes=(field.attribute,),
            snapshot=shown,
            method="portal",
            if_epoch=answers.read_epoch(request.POST.get("epoch", "")),
        ),
        by="portal",
        at=people.now(),
    )
