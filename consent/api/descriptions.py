"""What the OpenAPI document says about the consent interface, with examples that tests run."""

from typing import Any, get_args

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from consent.api.serializers import STATES, ConsentEventSerializer
from consent.precedence import Why

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

QUESTION = obj(
    {
        "subject": obj({"type": text(enum=["customer"]), "id": text()}),
        "action": obj(
            {
                "name": text(enum=["use", "process"]),
                "properties": obj({"purpose": text(), "channel": text()}, required=["purpose"]),
            }
        ),
        "resource": obj(
            {
                "type": text(enum=["attributes", "attribute", "personal_data"]),
                "id": text("One attribute, or a group of them."),
                "properties": obj(
                    {"attributes": listed(text()) | {"minItems": 1, "maxItems": 64}}, required=[]
                ),
            },
            required=["type", "id"],
        ),
        "context": obj(
            {
                "time": MOMENT,
                "jurisdiction": text("Joins the stored ones and can only narrow."),
                "gpc": FLAG,
            },
            required=[],
        ),
    },
    required=["subject", "action", "resource"],
)
RULING = obj(
    {
        "decision": FLAG,
        "context": obj(
            {
                "id": text(),
                "reason_code": text(),
                "attributes": mapped(ANSWER),
                "notice": maybe(text()),
                "obligations": listed(text()),
                "as_of": MOMENT,
                "valid_until": maybe(MOMENT),
                "why": text(format="uri"),
                "event": maybe(text()),
            }
        ),
    }
)

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
            }
        )
    },
}

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

STATEMENT = obj({"state": text(), "source": text(), "at": MOMENT})
BECAUSE = obj(
    {
        "why": text(enum=sorted(get_args(Why))),
        "sentence": text("To the person, in the language of Accept-Language (en, uk)."),
        "holds": maybe(STATEMENT),
        "over": maybe(STATEMENT),
    },
    description="Which of contradicting statements holds over which; for first parties.",
)
EFFECTIVE: dict[str, Schema] = {
    "epoch": NUMBER,
    "as_of": MOMENT,
    "purposes": listed(
        obj(
            {
                "purpose": text(),
                "decision": FLAG,
                "reason_code": text(),
                "notice": maybe(text()),
                "obligations": listed(text()),
                "because": maybe(BECAUSE),
                "attributes": mapped(ANSWER),
                "channels": mapped(ANSWER),
            }
        )
    ),
    "valid_at": MOMENT,
    "known_at": MOMENT,
    "catalogue": obj(
        {
            "version": NUMBER,
            "exact": FLAG | {"description": "False where the catalogue of then was not kept."},
        }
    ),
}
MOMENT_PARAMETERS = [
    OpenApiParameter(
        "valid_at",
        OpenApiTypes.DATETIME,
        description="The time that is asked about; left out: now. Its offset is needed.",
    ),
    OpenApiParameter(
        "known_at",
        OpenApiTypes.DATETIME,
        description="Only what had reached us by then counts; left out: now.",
    ),
]

CONSENTS: dict[str, Any] = {
    "operation_id": "read_consents",
    "tags": ["Consents"],
    "summary": "What holds, per purpose, attribute and channel",
    "description": (
        "The ETag is the person's epoch. It moves when something was said or ran out; new "
        "notices change answers without it, so ask before each use. "
        "With valid_at or known_at: what held then, as known then; it opens nothing."
    ),
    "parameters": [
        SUBJECT,
        OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        *MOMENT_PARAMETERS,
    ],
    "responses": {
        200: obj(
            {"subject": maybe(text())} | EFFECTIVE,
            required=["subject", "epoch", "as_of", "purposes"],
        ),
        304: None,
    },
}

STRINGS: dict[str, Any] = {
    "operation_id": "read_strings",
    "tags": ["Consents"],
    "summary": "What holds now, as advertising reads it",
    "description": (
        "IAB TCF 2.3 for people in Europe, IAB GPP for everyone whose law has a section, and "
        "Google Consent Mode v2: `default` before any answer, `update` for this person. A bit "
        "is set only where the gate permits all of the purpose behind it now. For first "
        "parties."
    ),
    "parameters": [
        SUBJECT,
        OpenApiParameter("language", str, description="Of the notices: two letters, or en."),
    ],
    "responses": {
        200: obj(
            {
                "subject": maybe(text()),
                "epoch": NUMBER,
                "as_of": MOMENT,
                "tcf": maybe(text("A TC string; null outside Europe.")),
                "gpp": maybe(text("A GPP string; null where no standard has a section.")),
                "consent_mode": obj(
                    {
                        "default": listed({"type": "object"}),
                        "update": mapped(text(enum=["granted", "denied"])),
                    }
                ),
            }
        ),
    },
}
