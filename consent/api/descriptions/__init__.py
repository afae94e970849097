"""What the OpenAPI document says about the consent interface, with examples that tests run."""

from consent.api.descriptions.effective import (
    BECAUSE,
    CONSENTS,
    EFFECTIVE,
    MOMENT_PARAMETERS,
    STATEMENT,
)
from consent.api.descriptions.evaluation import EVALUATION
from consent.api.descriptions.evaluations import CONFIGURATION, EVALUATIONS
from consent.api.descriptions.events import CONSENT_EVENTS, RECEIPT
from consent.api.descriptions.question import QUESTION, RULING
from consent.api.descriptions.schema import (
    ANSWER,
    EVENT,
    FLAG,
    IDEMPOTENCY_KEY,
    MOMENT,
    NUMBER,
    SUBJECT,
    TIME,
    Schema,
    listed,
    mapped,
    maybe,
    obj,
    text,
)
from consent.api.descriptions.search import ACTION_SEARCH, RESOURCE_SEARCH, SUBJECT_SEARCH
from consent.api.descriptions.strings import STRINGS

__all__ = [
    "ACTION_SEARCH",
    "ANSWER",
    "BECAUSE",
    "CONFIGURATION",
    "CONSENTS",
    "CONSENT_EVENTS",
    "EFFECTIVE",
    "EVALUATION",
    "EVALUATIONS",
    "EVENT",
    "FLAG",
    "IDEMPOTENCY_KEY",
    "MOMENT",
    "MOMENT_PARAMETERS",
    "NUMBER",
    "QUESTION",
    "RECEIPT",
    "RESOURCE_SEARCH",
    "RULING",
    "STATEMENT",
    "STRINGS",
    "SUBJECT",
    "SUBJECT_SEARCH",
    "TIME",
    "Schema",
    "listed",
    "mapped",
    "maybe",
    "obj",
    "text",
]
