"""What the OpenAPI document says about one question."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from consent.api.descriptions.question import QUESTION, RULING

EVALUATION: dict[str, Any] = {
    "operation_id": "evaluate",
    "tags": ["Ask"],
    "summary": "May I?",
    "description": (
        "OpenID AuthZEN 1.0. `decision` is true only if all that was asked is permitted; "
        "`context.attributes` says which part is. A deny is a 200. Every doubt is a No."
    ),
    "request": {"application/json": QUESTION},
    "responses": {200: RULING},
    "examples": [
        OpenApiExample(
            "May we suggest products by what was bought?",
            value={
                "subject": {"type": "customer", "id": "{subject}"},
                "action": {"name": "use", "properties": {"purpose": "recommendations"}},
                "resource": {"type": "attributes", "id": "purchases"},
            },
            request_only=True,
        ),
        OpenApiExample(
            "Some attributes, for one channel",
            value={
                "subject": {"type": "customer", "id": "{subject}"},
                "action": {
                    "name": "use",
                    "properties": {"purpose": "recommendations", "channel": "email"},
                },
                "resource": {
                    "type": "attributes",
                    "id": "purchases",
                    "properties": {"attributes": ["purchases.produce", "age_band", "phone"]},
                },
            },
            request_only=True,
        ),
    ],
}
