"""What the OpenAPI document says about signals of browsers."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from consent.api.descriptions import IDEMPOTENCY_KEY, MOMENT, NUMBER, listed, maybe, obj, text

SIGNALS: dict[str, Any] = {
    "operation_id": "pass_on_signals",
    "tags": ["Consents"],
    "summary": "Pass on what a browser said on your page",
    "description": (
        "`gpc` (W3C Global Privacy Control), `tcf` (IAB TCF 2.3) and `gpp` (IAB GPP), for a person "
        "or, from first parties, for a `device` that nobody has signed in with. What restricts is "
        "always accepted, also from a paused partner, and holds at once; the absence of a signal "
        "changes nothing. A Yes in a string counts only from a first party and where it answers "
        "words that were live that day. A signal that stands on record is not recorded again."
    ),
    "parameters": [IDEMPOTENCY_KEY],
    "responses": {
        200: obj(
            {
                "subject": text(),
                "recorded": listed(
                    obj(
                        {
                            "signal": text(enum=["gpc", "tcf", "gpp"]),
                            "state": text(),
                            "purpose": maybe(text()),
                            "recipient": maybe(text()),
                        }
                    )
                ),
                "unusable": listed(
                    obj(
                        {
                            "signal": text(),
                            "part": text(),
                            "code": text(),
                            "detail": text(),
                            "fix": text(),
                        }
                    )
                ),
                "status": maybe(text("What to show to the person (11 CCR 7025(c)(6)).")),
                "epoch": NUMBER,
                "propagation": maybe(obj({"id": text(), "epoch": NUMBER, "since": MOMENT})),
            }
        )
    },
    "examples": [
        OpenApiExample(
            "The header of a request", value={"subject": "{subject}", "gpc": "1"}, request_only=True
        )
    ],
}
