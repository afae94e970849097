"""What the OpenAPI document says about receipts and the keys that check them."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from consent.api.descriptions import listed, obj, text
from consent.api.renderers import FORMATS
from consent.documents import events

_DOCUMENT = {"type": "object", "additionalProperties": True}

RECEIPT: dict[str, Any] = {
    "operation_id": "read_receipt",
    "tags": ["Consents"],
    "summary": "The receipt of one consent event",
    "description": (
        "One event in the form that `format` or Accept asks for: ISO/IEC TS 27560 as JSON-LD in "
        "the terms of W3C DPV (`json`, `jsonld`), Kantara Consent Receipt 1.1.0 (`kantara`), a "
        "signed JWT with the proof of its log entry (`jwt`), a CloudEvent (`cloudevent`), the "
        "internal record (`record`), or text for people (`text`). A third party sees what it "
        "passed on itself, and its own purposes from the first Yes on."
    ),
    "parameters": [
        OpenApiParameter("event", str, OpenApiParameter.PATH, description="`rcp_...`"),
        OpenApiParameter("format", str, enum=list(FORMATS)),
        OpenApiParameter("language", str, enum=["en", "uk"], description="Of names in it."),
    ],
    "responses": {
        (200, "application/json"): _DOCUMENT,
        (200, "application/ld+json"): _DOCUMENT,
        (200, events.MEDIA_TYPE): _DOCUMENT,
        (200, "application/jwt"): OpenApiResponse(OpenApiTypes.STR, "typ: consent-receipt+jwt"),
        (200, "text/plain"): OpenApiResponse(OpenApiTypes.STR, "For people to read."),
    },
}

KEYS: dict[str, Any] = {
    "operation_id": "receipt_keys",
    "tags": ["Consents"],
    "summary": "The public keys that check signed receipts",
    "description": "A JSON Web Key Set (RFC 7517); `kid` is the thumbprint of RFC 7638.",
    "auth": [],
    "responses": {
        200: obj(
            {
                "keys": listed(
                    obj(
                        {
                            "kty": text(),
                            "crv": text(),
                            "x": text(),
                            "y": text(),
                            "alg": text(),
                            "use": text(),
                            "kid": text(),
                        },
                        required=["kty", "crv", "x", "alg", "use", "kid"],
                    )
                )
            }
        )
    },
}
