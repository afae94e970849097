"""What the OpenAPI document says about following changes."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from consent.api.descriptions import FLAG, MOMENT, NUMBER, listed, maybe, obj, text
from consent.api.serializers import AcknowledgementSerializer

AFTER = OpenApiParameter("after", str, description="The cursor of the last answer; none: from now.")
CHANGES: dict[str, Any] = {
    "operation_id": "follow_changes",
    "tags": ["Changes"],
    "summary": "Whose state changed",
    "description": (
        "Ordered and without gaps, for people of whom something was or is permitted to you. It "
        "does not say what changed: ask again before the next use. Acknowledge what you applied."
    ),
    "parameters": [
        AFTER,
        OpenApiParameter("limit", int, description="1 to 1000; 100 unless told."),
        OpenApiParameter(
            "wait",
            int,
            description="Seconds to wait for the first change, 10 at most. A busy server may "
            "answer at once.",
        ),
    ],
    "responses": {
        200: obj(
            {
                "changes": listed(obj({"subject": text(), "epoch": NUMBER, "at": MOMENT})),
                "cursor": text("Send it as `after`; acknowledge it once it is applied."),
                "more": FLAG,
            }
        )
    },
}

SNAPSHOT: dict[str, Any] = {
    "operation_id": "read_snapshot",
    "tags": ["Changes"],
    "summary": "Everybody of whom you may use something now",
    "description": (
        "Whoever you hold and do not find here, you may not use. Read `next` until it is null, "
        "then follow `/v1/changes` from `cursor`."
    ),
    "parameters": [OpenApiParameter("after", str, description="`next` of the page before.")],
    "responses": {
        200: obj(
            {
                "subjects": listed(obj({"subject": text(), "epoch": NUMBER})),
                "next": maybe(text()),
                "cursor": text(),
            }
        )
    },
}

ACKNOWLEDGEMENTS: dict[str, Any] = {
    "operation_id": "acknowledge",
    "tags": ["Changes"],
    "summary": "Applied up to here",
    "description": (
        "Closes your part of the tickets: with a `cursor` for all you were told up to it, or with "
        "`subject` and `epoch` for one person. A newer change stays open."
    ),
    "request": AcknowledgementSerializer,
    "responses": {200: obj({"acknowledged": NUMBER, "at": MOMENT})},
    "examples": [
        OpenApiExample("One person", value={"subject": "{subject}", "epoch": 3}, request_only=True),
    ],
}

PROPAGATION: dict[str, Any] = {
    "operation_id": "read_propagation",
    "tags": ["Changes"],
    "summary": "Where a change has arrived",
    "description": (
        "A ticket closes when every stop has confirmed the change. `gate` has it at commit, "
        "because every answer is checked against the committed state. A partner that does not "
        "answer is `late` after a minute and `bounded` after ten: then nothing it was given "
        "before is valid any more, and the ticket stays open. A third party sees its own part of "
        "what it passed on."
    ),
    "parameters": [
        OpenApiParameter(
            "ticket", str, OpenApiParameter.PATH, description="`propagation.id` of a receipt."
        )
    ],
    "responses": {
        200: obj(
            {
                "id": text(),
                "epoch": NUMBER,
                "since": MOMENT,
                "state": text(enum=["open", "closed"]),
                "arrived": NUMBER,
                "of": NUMBER,
                "last_at": maybe(MOMENT),
                "stops": listed(
                    obj(
                        {
                            "consumer": text(),
                            "kind": text(enum=["own", "partner"]),
                            "state": text(enum=["arrived", "waiting", "late", "bounded"]),
                            "arrived_at": maybe(MOMENT),
                            "until": maybe(MOMENT),
                        }
                    )
                ),
            }
        )
    },
}
