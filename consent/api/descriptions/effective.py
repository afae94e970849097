"""What the OpenAPI document says about what holds now, or held then."""

from typing import Any, get_args

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from consent.api.descriptions.schema import (
    ANSWER,
    FLAG,
    MOMENT,
    NUMBER,
    SUBJECT,
    Schema,
    listed,
    mapped,
    maybe,
    obj,
    text,
)
from consent.precedence import Why

STATEMENT = obj({"state": text(), "source": text(), "at": MOMENT})
BECAUSE = obj(
    {
        "why": text(enum=sorted(get_args(Why))),
        "sentence": text("To the person, in the language of Accept-Language (en, uk)."),
        "holds": maybe(STATEMENT),
        "over": maybe(STATEMENT),
    },
    description="Which of contradicting statements holds over which; for first parties.",
)
EFFECTIVE: dict[str, Schema] = {
    "epoch": NUMBER,
    "as_of": MOMENT,
    "purposes": listed(
        obj(
            {
                "purpose": text(),
                "decision": FLAG,
                "reason_code": text(),
                "notice": maybe(text()),
                "obligations": listed(text()),
                "because": maybe(BECAUSE),
                "attributes": mapped(ANSWER),
                "channels": mapped(ANSWER),
            }
        )
    ),
    "valid_at": MOMENT,
    "known_at": MOMENT,
    "catalogue": obj(
        {
            "version": NUMBER,
            "exact": FLAG | {"description": "False where the catalogue of then was not kept."},
        }
    ),
}
MOMENT_PARAMETERS = [
    OpenApiParameter(
        "valid_at",
        OpenApiTypes.DATETIME,
        description="The time that is asked about; left out: now. Its offset is needed.",
    ),
    OpenApiParameter(
        "known_at",
        OpenApiTypes.DATETIME,
        description="Only what had reached us by then counts; left out: now.",
    ),
]
CONSENTS: dict[str, Any] = {
    "operation_id": "read_consents",
    "tags": ["Consents"],
    "summary": "What holds, per purpose, attribute and channel",
    "description": (
        "The ETag is the person's epoch. It moves when something was said or ran out; new "
        "notices change answers without it, so ask before each use. "
        "With valid_at or known_at: what held then, as known then; it opens nothing."
    ),
    "parameters": [
        SUBJECT,
        OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        *MOMENT_PARAMETERS,
    ],
    "responses": {
        200: obj(
            {"subject": maybe(text())} | EFFECTIVE,
            required=["subject", "epoch", "as_of", "purposes"],
        ),
        304: None,
    },
}
