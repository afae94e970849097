"""What the OpenAPI document says about searches."""

from typing import Any

from consent.api.descriptions.question import QUESTION
from consent.api.descriptions.schema import MOMENT, NUMBER, Schema, listed, maybe, obj, text

_PARTS = QUESTION["properties"]
_CONTEXT = obj(
    _PARTS["context"]["properties"] | {"valid_at": MOMENT, "known_at": MOMENT}, required=[]
)
_PAGE = obj({"token": text(), "limit": NUMBER | {"minimum": 1, "maximum": 1000}}, required=[])
_ABOUT = (
    " Paged: `page.token` is the last `next_token`, which is empty at the end. Every search is in "
    "the log, and on the page of each person it found. With valid_at or known_at in `context`: "
    "what held then, as known then; it opens nothing. A search counts no message: ask again when "
    "you send."
)


def _search(name: str, summary: str, description: str, sought: Schema, parts: dict[str, Schema],
            required: list[str]) -> dict[str, Any]:  # fmt: skip
    return {
        "operation_id": f"search_{name}",
        "tags": ["Ask"],
        "summary": summary,
        "description": description + _ABOUT,
        "request": {
            "application/json": obj(parts | {"context": _CONTEXT, "page": _PAGE}, required=required)
        },
        "responses": {
            200: obj(
                {
                    "results": listed(sought),
                    "page": obj(
                        {"next_token": text(), "count": NUMBER, "total": NUMBER},
                        required=["next_token", "count"],
                    ),
                    "context": obj(
                        {
                            "as_of": MOMENT,
                            "event": maybe(text()),
                            "reason_code": text("DECISION_UNAVAILABLE: nothing was found out."),
                            "valid_at": MOMENT,
                            "known_at": MOMENT,
                        },
                        required=["as_of", "event"],
                    ),
                }
            )
        },
    }


SUBJECT_SEARCH = _search(
    "subject",
    "Of whom may I?",
    "OpenID AuthZEN 1.0, subject search: the people of whom all that is asked is permitted, by "
    "their ids for you.",
    obj({"type": text(), "id": text()}),
    {
        "subject": obj({"type": text(enum=["customer"])}),
        "action": _PARTS["action"],
        "resource": _PARTS["resource"],
    },
    ["subject", "action", "resource"],
)
RESOURCE_SEARCH = _search(
    "resource",
    "What data may I?",
    "OpenID AuthZEN 1.0, resource search: the attributes of one person that may be used for a "
    "purpose.",
    obj({"type": text(), "id": text()}),
    {
        "subject": _PARTS["subject"],
        "action": _PARTS["action"],
        "resource": obj({"type": _PARTS["resource"]["properties"]["type"]}),
    },
    ["subject", "action", "resource"],
)
ACTION_SEARCH = _search(
    "action",
    "What for may I?",
    "OpenID AuthZEN 1.0, action search: the purposes for which all the named data of one person "
    "may be used.",
    obj({"name": text(), "properties": obj({"purpose": text()})}),
    {"subject": _PARTS["subject"], "resource": _PARTS["resource"]},
    ["subject", "resource"],
)
