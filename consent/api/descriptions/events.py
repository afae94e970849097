"""What the OpenAPI document says about recording what a person said."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from consent.api.descriptions.schema import (
    IDEMPOTENCY_KEY,
    MOMENT,
    NUMBER,
    listed,
    maybe,
    obj,
    text,
)
from consent.api.serializers import STATES, ConsentEventSerializer

RECEIPT = obj(
    {
        "subject": text(),
        "receipt": obj(
            {
                "id": text(),
                "state": text(enum=[*STATES, "waiting"]),
                "purpose": maybe(text()),
                "attributes": listed(text()),
                "channels": listed(text()),
                "notice": maybe(text()),
                "language": maybe(text()),
                "valid_from": MOMENT,
                "expires_at": maybe(MOMENT),
                "recorded_at": MOMENT,
                "event": text("The entry in the log."),
            }
        ),
        "epoch": NUMBER,
        "propagation": obj({"id": text(), "epoch": NUMBER, "since": MOMENT}),
        "confirmation": obj({"url": text(), "expires_at": MOMENT}),
    },
    required=["subject", "receipt", "epoch", "propagation"],
)
CONSENT_EVENTS: dict[str, Any] = {
    "operation_id": "record_consent_event",
    "tags": ["Consents"],
    "summary": "Record what a person said",
    "description": (
        "A Yes names the notice that was shown, its language and the time. What restricts is "
        "always accepted, needs no notice and ignores if_epoch. Where the law wants double "
        "opt-in, a Yes is recorded as `waiting`, denies until it is confirmed, and comes with the "
        "link to send. `opted_in` takes two requests: the first is answered 409 with a "
        "`confirm_token`."
    ),
    "parameters": [IDEMPOTENCY_KEY],
    "request": ConsentEventSerializer,
    "responses": {201: RECEIPT},
    "examples": [
        OpenApiExample(
            "Yes",
            value={
                "subject": "{subject}",
                "state": "given",
                "purpose": "recommendations",
                "notice": "recommendations@2",
                "language": "en",
                "method": "web",
            },
            request_only=True,
        ),
        OpenApiExample(
            "No more",
            value={"subject": "{subject}", "state": "withdrawn", "purpose": "recommendations"},
            request_only=True,
        ),
    ],
}
