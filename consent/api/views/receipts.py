"""GET /v1/consent-events/{id}/receipt and the keys that check a signed one."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import actions as audit
from audit import public_ids
from consent.api import receipt_descriptions as descriptions
from consent.api import subjects
from consent.api.problems import Problem
from consent.api.renderers import RENDERERS
from consent.api.tokens import Caller, caller_in
from consent.documents import EventFacts, dpv, events, kantara, proved, readable, records
from consent.queries import event_documents, signing
from consent.queries.viewing import Viewer

LANGUAGES = ("en", "uk")


def viewer_of(caller: Caller) -> Viewer:
    """The caller as a reader of people's events."""
    return Viewer(recipient=caller.recipient, first_party=caller.first_party)


class ReceiptView(APIView):
    """One event in the form that is asked for."""

    required_scopes = {"GET": ["consent:read"]}
    renderer_classes = RENDERERS

    @extend_schema(**descriptions.RECEIPT)
    def get(self, request: Request, event: str) -> Response:
        """200 with the document; 404 for an event that is not this caller's to see."""
        caller, at = caller_in(request), timezone.now()
        event_id = public_ids.parsed(public_ids.CONSENT_EVENT, event)
        facts = event_id and event_documents.facts_of(
            event_id, viewer=viewer_of(caller), language=_language(request), at=at
        )
        if not facts:
            raise _unknown()
        form = str(getattr(request.accepted_renderer, "format", ""))
        subject_id = subjects.known(caller, facts.person)
        audit.append(
            kind="receipt.read",
            at=at,
            tag=subjects.tag_of(subject_id, at=at),
            facts={"recipient": caller.recipient, "form": form, "about": facts.receipt_id},
        )
        return Response(_document(form, facts, caller), headers=_headers(facts))


def _document(form: str, facts: EventFacts, caller: Caller) -> Any:
    if form == "jwt":
        return event_documents.receipt_token(facts, with_entry=caller.first_party)
    if form == "cloudevent":
        return events.render(facts)
    proof = event_documents.log_proof(facts, with_entry=caller.first_party)
    if form == "text":
        return proved.text(readable.render(facts), proof)
    renderers = {"kantara": kantara.render, "record": records.render}
    shown = renderers.get(form, dpv.receipt)(facts)
    return proved.document(shown, proved.log_member(facts, proof))


def _headers(facts: EventFacts) -> dict[str, str]:
    text = f'<{facts.receipt_url}?format=text>; rel="alternate"; type="text/plain"'
    return {"Link": text, "Cache-Control": "private, no-store", "Vary": "Accept"}


def _language(request: Request) -> str:
    given = request.query_params.get("language", "en")
    return given if given in LANGUAGES else "en"


def _unknown() -> Problem:
    return Problem(
        404,
        "RECEIPT_UNKNOWN",
        "There is no such receipt, or it is not yours to see.",
        fix="Send the id that POST /v1/consent-events gave as receipt.id.",
    )


class KeysView(APIView):
    """`/.well-known/jwks.json`: what checks signed receipts (RFC 7517)."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    @extend_schema(**descriptions.KEYS)
    def get(self, request: Request) -> Response:
        """200 with the public keys."""
        return Response(
            {"keys": signing.public_keys()}, headers={"Cache-Control": "public, max-age=3600"}
        )
