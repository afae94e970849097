"""How the OpenAPI document words schemas, and what several calls share."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

TIME = "2026-11-22T09:14:03Z"
EVENT = "evt_0193525a1c0070009c5b3f1e2d4a6b8c"
Schema = dict[str, Any]


def text(description: str = "", **more: Any) -> Schema:
    """A JSON string."""
    return {"type": "string"} | ({"description": description} if description else {}) | more


def obj(properties: dict[str, Schema], required: list[str] | None = None, **more: Any) -> Schema:
    """A JSON object; without `required` all its members are."""
    names = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": names} | more


def maybe(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def listed(items: Schema) -> Schema:
    """A JSON array."""
    return {"type": "array", "items": items}


def mapped(values: Schema) -> Schema:
    """A JSON object whose names are codes."""
    return {"type": "object", "additionalProperties": values}


FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer"}
MOMENT = text(format="date-time")
ANSWER = obj(
    {"decision": FLAG, "reason_code": text(), "detail": text("A finer word for the reason.")},
    required=["decision"],
)
SUBJECT = OpenApiParameter(
    "subject",
    str,
    OpenApiParameter.PATH,
    description="The person: `ps_...`, or a first party's own `ref:SYSTEM:ID`.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Makes the request safe to repeat for 24 hours.",
)
