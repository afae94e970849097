"""Signed heads and proofs, as text in the formats of C2SP, or as JSON where that is asked for."""

from base64 import b64encode
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException, NotFound
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import months, public_ids, queries, witnesses
from audit.errors import EventUnknown, LogDamaged, NotSequencedYet
from audit.proofs import InclusionProof

SECOND = {"Retry-After": "1"}


class PlainTextRenderer(BaseRenderer):
    """Text as it is; the view hands it over ready."""

    media_type = "text/plain"
    format = "txt"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """The text as UTF-8."""
        return str(data).encode()


class LogEmpty(NotFound):
    """404: nothing has been sealed yet."""

    code = "LOG_EMPTY"
    default_detail = "The log has no signed head yet."
    fix = "Ask again in a second; the sequencer signs the first head with the first entry."
    retry = "after:1"
    headers = SECOND


class NotYetSealed(NotFound):
    """404: the entry is on record and waits for its place."""

    code = "NOT_YET_SEALED"
    default_detail = "The entry is on record; its proof follows within a second."
    fix = "Ask again in a second."
    retry = "after:1"
    headers = SECOND


class ProofMissing(NotFound):
    """404: no such entry."""

    default_detail = "There is no such entry in the log."
    fix = "Send the id that an answer gave as event."


class LogOutOfOrder(APIException):
    """503: the log contradicts itself and proves nothing until somebody has looked."""

    status_code = 503
    code = "SERVICE_UNAVAILABLE"
    default_detail = "The log cannot prove this now."
    fix = "Tell the privacy office of the controller; decisions are not affected."


class LogView(APIView):
    """What the views of the log share."""

    required_scopes = {"GET": ["log:read"]}
    renderer_classes = (PlainTextRenderer, JSONRenderer)


class CheckpointView(LogView):
    """GET /v1/log/checkpoint."""

    @extend_schema(
        operation_id="read_checkpoint",
        tags=["Log"],
        summary="The latest signed head of the log",
        responses={
            (200, "text/plain"): OpenApiResponse(
                OpenApiTypes.STR,
                "A C2SP tlog-checkpoint, with the cosignatures of witnesses that have arrived.",
            ),
            (200, "application/json"): {
                "type": "object",
                "properties": {
                    "size": {"type": "integer"},
                    "root": {"type": "string", "description": "Base64."},
                    "checkpoint": {"type": "string"},
                    "verifier_key": {"type": "string"},
                    "witnessed": {
                        "type": "object",
                        "nullable": True,
                        "description": "The latest head that a quorum of witnesses cosigned; "
                        "null where there is none.",
                        "properties": {
                            "size": {"type": "integer"},
                            "checkpoint": {"type": "string"},
                        },
                        "required": ["size", "checkpoint"],
                    },
                    "minimum_index": {
                        "type": "integer",
                        "description": "From this place on every entry still has its body; "
                        "before it, months may have been pruned after their retention.",
                    },
                },
                "required": [
                    "size",
                    "root",
                    "checkpoint",
                    "verifier_key",
                    "witnessed",
                    "minimum_index",
                ],
            },
        },
    )
    def get(self, request: Request) -> Response | HttpResponse:
        """200 with the note; JSON adds the key to check it with."""
        head = queries.latest_checkpoint()
        if head is None:
            raise LogEmpty
        shown = witnesses.served(head)
        if not wants_json(request):
            return Response(shown.note)
        quorum = witnesses.served_quorum()
        return Response(
            {
                "size": shown.size,
                "root": b64encode(shown.root).decode(),
                "checkpoint": shown.note,
                "verifier_key": str(queries.verifier_key()),
                "witnessed": quorum and {"size": quorum.size, "checkpoint": quorum.note},
                "minimum_index": months.minimum_index(),
            }
        )


class ProofView(LogView):
    """GET /v1/log/proofs/{event}."""

    @extend_schema(
        operation_id="read_proof",
        tags=["Log"],
        summary="The proof that an entry is in the log",
        description="The text is a C2SP tlog-proof; the header Leaf-Hash carries the hash of "
        "the entry (Base64). First parties get the entry itself too, as JSON.",
        parameters=[OpenApiParameter("event", str, OpenApiParameter.PATH, description="`evt_...`")],
        responses={
            (200, "text/plain"): OpenApiResponse(OpenApiTypes.STR, "A C2SP tlog-proof."),
            (200, "application/json"): {
                "type": "object",
                "properties": {
                    "event": {"type": "string"},
                    "index": {"type": "integer"},
                    "size": {"type": "integer"},
                    "root": {"type": "string"},
                    "leaf_hash": {"type": "string"},
                    "proof": {"type": "array", "items": {"type": "string"}},
                    "checkpoint": {"type": "string"},
                    "body": {
                        "type": "string",
                        "description": "For first parties only, and until it is pruned.",
                    },
                },
                "required": [
                    "event",
                    "index",
                    "size",
                    "root",
                    "leaf_hash",
                    "proof",
                    "checkpoint",
                ],
            },
        },
    )
    def get(self, request: Request, event: str) -> Response:
        """200 with the path from the entry to the signed root."""
        proof = _proof(event)
        headers = {"Leaf-Hash": b64encode(proof.leaf_hash).decode()}
        if not wants_json(request):
            return Response(proof.text(), headers=headers)
        shown = proof.json() | {"event": public_ids.shown(public_ids.EVENT, proof.event_id)}
        if not getattr(request.user, "first_party", False):
            # Because the entry gives the true reason of a No, which third parties do not learn.
            shown.pop("body", None)
        return Response(shown, headers=headers)


def wants_json(request: Request) -> bool:
    """Whether the caller asked for JSON."""
    renderer = request.accepted_renderer
    return isinstance(renderer, JSONRenderer)


def _proof(event: str) -> InclusionProof:
    event_id = public_ids.parsed(public_ids.EVENT, event)
    if event_id is None:
        raise ProofMissing
    try:
        return queries.proof(event_id)
    except NotSequencedYet:
        raise NotYetSealed from None
    except EventUnknown:
        raise ProofMissing from None
    except LogDamaged:
        raise LogOutOfOrder from None
