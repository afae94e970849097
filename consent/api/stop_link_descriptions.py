"""What the OpenAPI document says about stop links."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from consent.api.descriptions import IDEMPOTENCY_KEY, MOMENT, mapped, maybe, obj, text

STOP_LINKS: dict[str, Any] = {
    "operation_id": "make_stop_link",
    "tags": ["Consents"],
    "summary": "Make a link with which a person can stop something",
    "description": (
        "For mails, messages and print. A `stop` link needs no sign-in, withdraws what it names "
        "or all advertising, can read and grant nothing, and works for 24 months; put `headers` "
        "into every mail that could be advertising (RFC 8058). A `manage` link opens the person's "
        "choices for 30 days: send it to nobody but them. Only a fingerprint of a link is kept. "
        "First parties only."
    ),
    "parameters": [IDEMPOTENCY_KEY],
    "responses": {
        201: obj(
            {
                "subject": text(),
                "id": text(),
                "kind": text(enum=["stop", "manage"]),
                "purpose": maybe(text()),
                "channel": maybe(text()),
                "url": text(format="uri"),
                "expires_at": MOMENT,
                "headers": maybe(mapped(text())),
            }
        )
    },
    "examples": [
        OpenApiExample(
            "For a newsletter",
            value={"subject": "{subject}", "purpose": "email_marketing", "channel": "email"},
            request_only=True,
        )
    ],
}
