"""What the OpenAPI document says about importing and exporting consent events."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from consent.api.descriptions import (
    FLAG,
    IDEMPOTENCY_KEY,
    MOMENT,
    NUMBER,
    listed,
    obj,
    text,
)
from consent.api.ndjson import IMPORTABLE

NDJSON = "application/x-ndjson"

LINE = obj(
    {
        "subject": text("`ps_...`, or a first party's own `ref:SYSTEM:ID`."),
        "state": text("What was said; without it `unknown`.", enum=list(IMPORTABLE)),
        "valid_from": text("When it was said.", format="date-time"),
        "purpose": text(),
        "attributes": listed(text()),
        "channels": listed(text()),
        "recipient": text(),
        "consent_types": listed(text()),
        "notice": text("What was shown: purpose@version."),
        "language": text(),
        "shown_at": MOMENT,
        "expires_at": MOMENT,
        "method": text(),
        "actor": text(),
        "evidence": text("A reference, never a value."),
        "component": obj(
            {},
            description="How both answers were drawn, as in POST /v1/consent-events: an unfair "
            "Yes is refused.",
        ),
        "id": text("The sender's own name of the event; the same id is the same event."),
        "jurisdiction": text("For a new person only."),
        "birth_date": text("For a new person only.", format="date"),
    },
    required=["subject", "valid_from"],
)
RESULT = obj(
    {
        "line": NUMBER,
        "status": text(enum=["recorded", "repeated", "refused"]),
        "id": text("The consent event."),
        "code": text("Why it was refused."),
        "pointer": text("The member at fault (RFC 6901)."),
        "detail": text(),
        "fix": text(),
        "summary": obj(
            {
                "complete": FLAG,
                "lines": NUMBER,
                "recorded": NUMBER,
                "repeated": NUMBER,
                "refused": NUMBER,
            }
        ),
    },
    required=[],
)
EVENT = obj(
    dict(LINE["properties"])
    | {"recorded_at": MOMENT, "source": text(), "event": text("The entry in the log.")},
    required=[],
)

IMPORT: dict[str, Any] = {
    "operation_id": "import_consent_events",
    "tags": ["Consents"],
    "summary": "Bring in what people said before, line by line",
    "description": (
        "NDJSON of any length: one event per line, back-dated by `valid_from`. The answer has a "
        "line for each: `recorded`, `repeated` (it is here already) or `refused` with a code and "
        "what to do; a refused line stops no other. Lines are recognised by their `id`, else by "
        "all that they say, so an import that was interrupted is sent again as it is. The order "
        "of lines does not matter: what was said last counts. An import never lifts a No that "
        "was said here (`NO_STANDS`), and brings no erased person back (`SUBJECT_ERASED`)."
    ),
    "parameters": [IDEMPOTENCY_KEY],
    "request": {NDJSON: LINE},
    "responses": {(200, NDJSON): RESULT},
}

EXPORT: dict[str, Any] = {
    "operation_id": "export_consent_events",
    "tags": ["Consents"],
    "summary": "All consent events that you may see",
    "description": (
        "NDJSON in the form that an import reads; the last line is a summary. A first party sees "
        "every event, any other partner those it passed on itself. A stream that broke off is "
        "resumed with the last `id` received as `after` and the first request's time as `as_of`."
    ),
    "parameters": [
        OpenApiParameter("after", str, description="The last id received: `rcp_...`"),
        OpenApiParameter("as_of", str, description="Only what was recorded until then."),
    ],
    "responses": {(200, NDJSON): EVENT},
}
