"""What the OpenAPI document says about many questions, and where they go."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from consent.api.descriptions.question import QUESTION, RULING
from consent.api.descriptions.schema import FLAG, listed, obj, text

_ITEM = obj({"decision": FLAG, "context": {"type": "object"}})
EVALUATIONS: dict[str, Any] = {
    "operation_id": "evaluate_many",
    "tags": ["Ask"],
    "summary": "May I, many times?",
    "description": (
        "OpenID AuthZEN 1.0, access evaluations: at most 1,000 questions. subject, action, "
        "resource and context beside `evaluations` are defaults, each of which an item replaces "
        "whole. `options.evaluations_semantic`: execute_all, deny_on_first_deny or "
        "permit_on_first_permit. A bad item is denied in its place. Answers of one question "
        "about many people share one entry in the log, in which each of them has a leaf."
    ),
    "request": {
        "application/json": obj(
            {
                **QUESTION["properties"],
                "evaluations": listed(obj(QUESTION["properties"], required=[])),
                "options": obj(
                    {
                        "evaluations_semantic": text(
                            enum=["execute_all", "deny_on_first_deny", "permit_on_first_permit"]
                        )
                    },
                    required=[],
                ),
            },
            required=[],
        )
    },
    "responses": {200: {"anyOf": [obj({"evaluations": listed(_ITEM)}), RULING]}},
    "examples": [
        OpenApiExample(
            "Two uses of one person",
            value={
                "subject": {"type": "customer", "id": "{subject}"},
                "resource": {"type": "attributes", "id": "purchases"},
                "evaluations": [
                    {"action": {"name": "use", "properties": {"purpose": "recommendations"}}},
                    {"action": {"name": "use", "properties": {"purpose": "email_marketing"}}},
                ],
            },
            request_only=True,
        ),
    ],
}
CONFIGURATION: dict[str, Any] = {
    "operation_id": "authzen_configuration",
    "tags": ["Ask"],
    "summary": "Where the decision point is",
    "auth": [],
    "responses": {
        200: obj(
            {
                "policy_decision_point": text(format="uri"),
                "access_evaluation_endpoint": text(format="uri"),
                "access_evaluations_endpoint": text(format="uri"),
                "search_subject_endpoint": text(format="uri"),
                "search_resource_endpoint": text(format="uri"),
                "search_action_endpoint": text(format="uri"),
            }
        )
    },
}
