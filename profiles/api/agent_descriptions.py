"""What the OpenAPI document says about the Data Rights Protocol."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from consent.api.descriptions import MOMENT, obj, text

SIGNED = {
    "text/plain": text("base64 of an Ed25519 signature (64 bytes) and the JSON that it signs.")
}
STATUS_BODY = obj(
    {
        "request_id": text(),
        "status": text(enum=["open", "in_progress", "fulfilled", "revoked", "denied", "expired"]),
        "reason": text(),
        "received_at": MOMENT,
        "agent_request_id": text(),
        "processing_details": text(),
    },
    required=["request_id", "status", "received_at"],
)
ERROR = obj(
    {"code": text(), "message": text(), "fatal": {"type": "boolean"}},
    required=["code", "message"],
)
AGENT_ID = OpenApiParameter("agent_id", str, OpenApiParameter.PATH, description="The agent's id.")
REQUEST_ID = OpenApiParameter("request_id", str, OpenApiParameter.PATH, description="Its UUID.")
_COMMON: dict[str, Any] = {"tags": ["Authorised agents"], "auth": [{"agent": []}]}

EXERCISE: dict[str, Any] = _COMMON | {
    "operation_id": "exercise_data_right",
    "summary": "Exercise a right for a person",
    "description": (
        "Data Rights Protocol 1.0, with the Bearer token of POST /v1/agent/{id}. `sale:opt_out` "
        "is done at once and needs no verification of the person (11 CCR 7063); `sale:opt_in` is "
        "denied, as it takes two steps of the person. A message is valid for ten minutes at most "
        "and taken once. Other rights are answered with 400."
    ),
    "request": SIGNED,
    "responses": {200: STATUS_BODY, 400: ERROR, 401: ERROR, 403: ERROR, 409: ERROR},
}
STATUS: dict[str, Any] = _COMMON | {
    "operation_id": "read_data_rights_request",
    "summary": "How a request of an agent stands",
    "parameters": [REQUEST_ID],
    "responses": {200: STATUS_BODY, 401: ERROR, 403: ERROR},
}
REVOKE: dict[str, Any] = _COMMON | {
    "operation_id": "revoke_data_rights_request",
    "summary": "Take a request of an agent back",
    "description": "A final request stays: taking it back lifts no opt-out.",
    "parameters": [REQUEST_ID],
    "request": SIGNED,
    "responses": {401: ERROR, 403: ERROR, 409: ERROR},
}
KEY_SETUP: dict[str, Any] = _COMMON | {
    "auth": [],
    "operation_id": "set_up_agent_token",
    "summary": "Get a token as an authorised agent",
    "description": "For agents that the operator has entered; an empty 403 for anybody else.",
    "parameters": [AGENT_ID],
    "request": SIGNED,
    "responses": {200: obj({"agent-id": text(), "token": text()}), 403: None},
}
KEY_CHECK: dict[str, Any] = _COMMON | {
    "operation_id": "check_agent_token",
    "summary": "Whether an agent's token still holds",
    "parameters": [AGENT_ID],
    "responses": {200: obj({}), 401: ERROR, 403: ERROR},
}
