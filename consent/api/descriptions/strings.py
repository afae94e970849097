"""What the OpenAPI document says about the strings of advertising."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from consent.api.descriptions.effective import MOMENT_PARAMETERS
from consent.api.descriptions.schema import (
    MOMENT,
    NUMBER,
    SUBJECT,
    listed,
    mapped,
    maybe,
    obj,
    text,
)

STRINGS: dict[str, Any] = {
    "operation_id": "read_strings",
    "tags": ["Consents"],
    "summary": "What holds now, as advertising reads it",
    "description": (
        "IAB TCF 2.3 for people in Europe, IAB GPP for everyone whose law has a section, and "
        "Google Consent Mode v2: `default` before any answer, `update` for this person. A bit "
        "is set only where the gate permits all of the purpose behind it. For first parties. "
        "With valid_at or known_at: what held then; such a string is for looking, not for use."
    ),
    "parameters": [
        SUBJECT,
        OpenApiParameter("language", str, description="Of the notices: two letters, or en."),
        *MOMENT_PARAMETERS,
    ],
    "responses": {
        200: obj(
            {
                "subject": maybe(text()),
                "epoch": NUMBER,
                "as_of": MOMENT,
                "tcf": maybe(text("A TC string; null outside Europe.")),
                "gpp": maybe(text("A GPP string; null where no standard has a section.")),
                "consent_mode": obj(
                    {
                        "default": listed({"type": "object"}),
                        "update": mapped(text(enum=["granted", "denied"])),
                    }
                ),
                "valid_at": MOMENT,
                "known_at": MOMENT,
            },
            required=["subject", "epoch", "as_of", "tcf", "gpp", "consent_mode"],
        ),
    },
}
