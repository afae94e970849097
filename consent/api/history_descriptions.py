"""What the OpenAPI document says about the past: the history, and the state at a moment."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from consent.api.descriptions import (
    EFFECTIVE,
    MOMENT,
    MOMENT_PARAMETERS,
    SUBJECT,
    listed,
    maybe,
    obj,
    text,
)
from consent.queries.histories import LARGEST_PAGE

HISTORY: dict[str, Any] = {
    "operation_id": "read_history",
    "tags": ["Consents"],
    "summary": "Everything a person said",
    "description": (
        "The last recorded first. With `valid_at` or `known_at` only what was said and known "
        "by then, and `effective` on the first page says what held. A third party sees what "
        "it passed on itself, and its own purposes from the first Yes on."
    ),
    "parameters": [
        SUBJECT,
        OpenApiParameter("after", str, description="`next` of the page before."),
        OpenApiParameter("limit", int, description=f"1 to {LARGEST_PAGE}; 50 if left out."),
        *MOMENT_PARAMETERS,
    ],
    "responses": {
        200: obj(
            {
                "subject": maybe(text()),
                "as_of": MOMENT,
                "events": listed(
                    obj(
                        {
                            "id": text(),
                            "state": text(),
                            "purpose": maybe(text()),
                            "attributes": listed(text()),
                            "channels": listed(text()),
                            "recipient": maybe(text()),
                            "notice": maybe(text()),
                            "language": maybe(text()),
                            "method": text(),
                            "actor": text(),
                            "source": maybe(text()),
                            "shown_at": maybe(MOMENT),
                            "valid_from": MOMENT,
                            "expires_at": maybe(MOMENT),
                            "recorded_at": MOMENT,
                            "event": text("The entry in the log."),
                        }
                    )
                ),
                "next": maybe(text()),
                "effective": maybe(obj(EFFECTIVE, required=[])),
            }
        ),
    },
}
