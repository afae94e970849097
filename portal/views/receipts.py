"""Receipts: something to keep, like a till receipt."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent.documents import EventFacts, dpv, kantara, proved, readable
from consent.queries import event_documents, receipts
from consent.queries.viewing import Viewer
from portal import arrivals, people

# Because the person's own copies name them by a number that no partner has.
OWN = Viewer(recipient="portal", first_party=True)
FILES = {
    "page": ("text/html; charset=utf-8", "html"),
    "text": ("text/plain; charset=utf-8", "txt"),
    "iso27560": ("application/ld+json", "jsonld"),
    "kantara": ("application/json", "json"),
    "signed": ("application/jwt", "jwt"),
}


@require_safe
@people.customers_only
def overview(request: HttpRequest) -> HttpResponse:
    """All receipts, newest first."""
    given = request.GET.get("page", "1")
    page = int(given) if given.isdecimal() and len(given) < 5 else 1
    cards, more = receipts.receipts_of(subject_id=request.customer.subject_id, page=page)
    return render(request, "portal/receipts.html", {"cards": cards, "page": page, "more": more})


@require_safe
@people.customers_only
def detail(request: HttpRequest, event: UUID) -> HttpResponse:
    """One receipt of the person who looks; anybody else's does not exist."""
    card = receipts.receipt(subject_id=request.customer.subject_id, event=event)
    if card is None:
        raise Http404
    arrival = arrivals.of_event(event, state=card.state, at=people.now())
    return render(request, "portal/receipt.html", {"card": card, "arrival": arrival})


@require_safe
@people.customers_only
def download(request: HttpRequest, event: UUID, form: str) -> HttpResponse:
    """A receipt of the person who looks as a file to keep; anybody else's does not exist."""
    if form not in FILES:
        raise Http404
    subject_id = request.customer.subject_id
    card = receipts.receipt(subject_id=subject_id, event=event)
    facts = event_documents.facts_of(
        event, viewer=OWN, language=people.language(), at=people.now(), subject_id=subject_id
    )
    if card is None or facts is None:
        raise Http404
    media_type, ending = FILES[form]
    response = HttpResponse(_file(request, form, card, facts), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{card.number}-{form}.{ending}"'
    return response


def _file(
    request: HttpRequest, form: str, card: receipts.ReceiptCard, facts: EventFacts
) -> str | bytes:
    if form == "signed":
        return event_documents.receipt_token(facts, with_entry=True)
    proof = event_documents.log_proof(facts, with_entry=True)
    if form == "page":
        context = {"card": card, "facts": facts, "proof": proof}
        return render(request, "portal/receipt_copy.html", context).content
    if form == "text":
        return proved.text(readable.render(facts), proof)
    shown = kantara.render(facts) if form == "kantara" else dpv.receipt(facts)
    document = proved.document(shown, proved.log_member(facts, proof))
    return json.dumps(document, ensure_ascii=False, indent=1)
