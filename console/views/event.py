"""One entry of the log: what it says, its bytes as stored, and the proof of its place."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import queries as audit
from audit.errors import EventUnknown, LogDamaged, NotSequencedYet
from audit.proofs import InclusionProof
from console.actions import reading
from console.permissions import officers_only
from console.queries import log
from console.queries.words import words
from console.steps import steps
from console.views.pages import show

TEXT = "text/plain; charset=utf-8"


@officers_only
@require_safe
def event(request: HttpRequest, entry: UUID) -> HttpResponse:
    """The entry as a page."""
    names = words()
    try:
        row = log.row_of(audit.event(entry), names)
    except EventUnknown:
        raise Http404 from None
    facts = row.facts
    context: dict[str, Any] = {
        "row": row,
        "purpose": names.purpose(facts["purpose"]) if facts.get("purpose") else "",
        "recipient": names.recipient(facts["recipient"]) if facts.get("recipient") else "",
        "attributes": [names.attributes.get(code, code) for code in facts.get("attributes", [])],
    }
    context |= _proof_context(entry)
    return show(request, "event", context, about=str(entry))


@officers_only
@require_safe
def proof(request: HttpRequest, entry: UUID) -> HttpResponse:
    """The proof as a C2SP tlog-proof file."""
    found = _for_download(request, entry)
    return _file(found.text().encode(), TEXT, f"{entry}.tlog-proof")


@officers_only
@require_safe
def proof_json(request: HttpRequest, entry: UUID) -> HttpResponse:
    """The proof, the checkpoint and the bytes of the entry in one JSON file."""
    response = JsonResponse(_for_download(request, entry).json())
    response["Content-Disposition"] = f'attachment; filename="{entry}.proof.json"'
    return response


@officers_only
@require_safe
def body(request: HttpRequest, entry: UUID) -> HttpResponse:
    """The bytes of the entry exactly as stored and hashed."""
    found = _for_download(request, entry)
    return _file(found.body, "application/octet-stream", f"{entry}.json")


def _proof_context(entry: UUID) -> dict[str, Any]:
    try:
        found = audit.proof(entry)
    except NotSequencedYet:
        return {"waiting": True}
    except (EventUnknown, LogDamaged):
        return {"broken": True}
    drawn = steps(
        index=found.index, size=found.size, leaf_hash=found.leaf_hash, hashes=found.hashes
    )
    return {
        "proof": found,
        "holds": found.holds(),
        "steps": drawn,
        "leaf": found.leaf_hash.hex(),
        "root": found.root.hex(),
        "key": str(audit.verifier_key()),
        "body": found.body.decode(errors="backslashreplace"),
        "length": len(found.body),
    }


def _for_download(request: HttpRequest, entry: UUID) -> InclusionProof:
    try:
        found = audit.proof(entry)
    except (EventUnknown, NotSequencedYet, LogDamaged):
        raise Http404 from None
    reading.record_read(page="event", by=request.user.pk, at=timezone.now(), about=str(entry))
    return found


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
