"""What the OpenAPI document says about attributes and requests, with examples that tests run."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from consent.api.descriptions import (
    FLAG,
    IDEMPOTENCY_KEY,
    MOMENT,
    NUMBER,
    SUBJECT,
    listed,
    mapped,
    maybe,
    obj,
    text,
)
from profiles import rights
from profiles.api.serializers import AttributesQuery, AttributesSerializer, RequestSerializer

WRITE_ATTRIBUTES: dict[str, Any] = {
    "operation_id": "write_attributes",
    "tags": ["Attributes"],
    "summary": "Store attribute values",
    "description": (
        "Replaces the values that are named and leaves the others. What no purpose covers is "
        "refused, and then nothing is stored. A first party's new `ref:SYSTEM:ID` makes a person."
    ),
    "parameters": [SUBJECT],
    "request": AttributesSerializer,
    "responses": {
        200: obj(
            {
                "subject": text(),
                "attributes": listed(text()),
                "source": text(),
                "recorded_at": MOMENT,
            }
        )
    },
    "examples": [
        OpenApiExample(
            "Two values from the customer's account",
            value={"attributes": {"age_band": "35-44", "household_size": 3}, "source": "account"},
            request_only=True,
        )
    ],
}

VALUE = {
    "oneOf": [
        obj({"value": {}, "source": text(), "recorded_at": MOMENT}),
        obj(
            {
                "months": listed(
                    obj(
                        {
                            "month": text("YYYY-MM"),
                            "records": listed({}),
                            "source": text(),
                            "recorded_at": MOMENT,
                        }
                    )
                )
            }
        ),
    ]
}
READ_ATTRIBUTES: dict[str, Any] = {
    "operation_id": "read_attributes",
    "tags": ["Attributes"],
    "summary": "Read attribute values under a permit",
    "description": (
        "Asks the gate for this purpose, then reads exactly what is permitted; each read is "
        "recorded as received by you and shown to the person. `refused` says why the rest is not."
    ),
    "parameters": [SUBJECT, AttributesQuery],
    "responses": {
        200: obj(
            {
                "subject": maybe(text()),
                "purpose": text(),
                "decision": text(),
                "reason_code": text(),
                "attributes": mapped(VALUE),
                "not_held": listed(text()),
                "refused": mapped(obj({"reason_code": text()})),
                "as_of": MOMENT,
                "why": text(format="uri"),
                "event": maybe(text()),
            }
        )
    },
}

_REQUEST = {
    "id": text(),
    "subject": text(),
    "right": text(enum=list(rights.RIGHTS)),
    "state": text(enum=list(rights.STATES)),
    "reason_code": maybe(text()),
    "received_at": MOMENT,
    "due_strict": text("The earliest defensible reading of the law.", format="date"),
    "due_latest": text("The most lenient lawful reading.", format="date"),
    "undo_until": maybe(MOMENT),
    "finished_at": maybe(MOMENT),
}
OPEN_REQUEST: dict[str, Any] = {
    "operation_id": "open_request",
    "tags": ["Requests"],
    "summary": "Open, or pass on, a data-subject request",
    "description": (
        "The same open request is answered again, not doubled. What restricts takes effect at "
        "once; `undo: false` skips the time in which an erasure can be taken back."
    ),
    "parameters": [IDEMPOTENCY_KEY],
    "request": RequestSerializer,
    "responses": {201: obj(_REQUEST)},
    "examples": [
        OpenApiExample(
            "A copy of the data",
            value={"subject": "{subject}", "right": "copy"},
            request_only=True,
        )
    ],
}
READ_REQUEST: dict[str, Any] = {
    "operation_id": "read_request",
    "tags": ["Requests"],
    "summary": "Where a request stands",
    "responses": {
        200: obj(
            _REQUEST
            | {
                "steps": listed(
                    obj(
                        {
                            "holder": text(),
                            "action": text(),
                            "state": text(),
                            "rows": NUMBER,
                            "joined": FLAG,
                        }
                    )
                )
            }
        )
    },
}
