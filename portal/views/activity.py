"""Who used my data, allowed and blocked, with the proof of every line."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit import queries as log
from audit.checkpoints import BadCheckpoint, open_checkpoint
from audit.errors import EventUnknown, NotSequencedYet
from audit.proofs import InclusionProof
from portal import activity, people


@require_safe
@people.customers_only
def page(request: HttpRequest) -> HttpResponse:
    """A page of lines; what is shown is in the address."""
    show = request.GET.get("show", "all")
    if show not in activity.KINDS:
        show = "all"
    shown = activity.page(
        subject_id=request.customer.subject_id,
        language=people.language(),
        at=people.now(),
        show=show,
        after=_uuid(request.GET.get("after", "")),
    )
    return render(request, "portal/activity.html", {"page": shown, "show": show})


@require_safe
@people.customers_only
def proof(request: HttpRequest, event: UUID) -> HttpResponse:
    """One entry as stored, its place in the log and the check of its proof; or the file."""
    try:
        found = log.event(event)
    except EventUnknown as error:
        raise Http404 from error
    if not activity.is_mine(found, subject_id=request.customer.subject_id, at=people.now()):
        raise Http404
    try:
        given = log.proof(event)
    except NotSequencedYet:
        return render(request, "portal/proof.html", {"event": found, "proof": None})
    if request.GET.get("file"):
        return _file(given, request.GET["file"])
    context = {
        "event": found,
        "proof": given,
        "holds": _holds(given),
        "place": given.index + 1,
        "size": given.size,
        "key": str(log.verifier_key()),
    }
    return render(request, "portal/proof.html", context)


def _file(given: InclusionProof, which: str) -> HttpResponse:
    """The proof, or the bytes of the entry that it is about."""
    if which == "body":
        response = HttpResponse(given.body, content_type="application/octet-stream")
        name = f"{given.event_id.hex}.json"
    else:
        response = HttpResponse(given.text(), content_type="text/plain; charset=utf-8")
        name = f"{given.event_id.hex}.tlog-proof"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _holds(given: InclusionProof) -> bool:
    """Whether the path leads to a root that our log key signed."""
    try:
        signed = open_checkpoint(given.note, log.verifier_key())
    except BadCheckpoint:
        return False
    return given.holds() and (signed.size, signed.root) == (given.size, given.root)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
