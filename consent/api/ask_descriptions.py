"""What the OpenAPI document says about putting questions to people."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from consent.api.descriptions import MOMENT, NUMBER, maybe, obj, text
from consent.api.serializers import AskClosedSerializer

INCENTIVE_WORDED = obj(
    {
        "summary": text("What is given for a Yes."),
        "value": obj({"amount": text(), "currency": text(), "per": text()}),
        "estimate": text("How the value of the data was estimated."),
        "withdraw": text("How to withdraw."),
    },
    description="The notice of financial incentive (11 CCR 7016): show it with the question.",
)

NEXT_ASK: dict[str, Any] = {
    "operation_id": "next_ask",
    "tags": ["Asks"],
    "summary": "The one question that may be put now",
    "description": (
        "At most one in a visit and three in ninety days over all channels, none in checkout, "
        "payment, complaint, incident or stop, none that was answered, and a No is left in peace "
        "for half a year at least. Asking here counts as showing: put the question at once, with "
        "all six rows, the incentive if there is one, and a No as easy as the Yes. Send `snapshot` "
        "back with the answer. In the same visit an open question is the same "
        "one again. First parties only."
    ),
    "parameters": [
        OpenApiParameter("subject", str, required=True, description="`ps_...` or a reference."),
        OpenApiParameter(
            "surface", str, required=True, description="Where it would stand: product, checkout ..."
        ),
        OpenApiParameter(
            "visit", str, required=True, description="Your name for the visit; kept as a hash."
        ),
        OpenApiParameter("language", str, description="`en` unless told."),
    ],
    "responses": {
        200: obj(
            {
                "id": text(),
                "purpose": text(),
                "notice": text("Its version; in `snapshot` too."),
                "version": NUMBER,
                "language": text(),
                "title": text(),
                "rows": obj(
                    {
                        row: text()
                        for row in ("look_at", "so_that", "who_sees", "how_long", "if_yes", "if_no")
                    }
                ),
                "incentive": maybe(INCENTIVE_WORDED),
                "shown_at": MOMENT,
                "snapshot": text(
                    "A signed token of exactly these words, to this person, now. Good for 24 hours."
                ),
            }
        ),
        204: None,
    },
}

CLOSE_ASK: dict[str, Any] = {
    "operation_id": "close_ask",
    "tags": ["Asks"],
    "summary": "Closed without an answer",
    "description": (
        "Never a Yes and never a No: recorded as deferred. The same question does not come "
        "again within ninety days."
    ),
    "parameters": [
        OpenApiParameter("ask", str, OpenApiParameter.PATH, description="The id of the question.")
    ],
    "request": AskClosedSerializer,
    "responses": {204: None},
}
