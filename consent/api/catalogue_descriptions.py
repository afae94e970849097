"""What the OpenAPI document says about the catalogue."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from consent.api.descriptions import FLAG, MOMENT, NUMBER, listed, mapped, maybe, obj, text

JURISDICTION = OpenApiParameter(
    "jurisdiction",
    str,
    OpenApiParameter.QUERY,
    description="Where the visitor of a page is (US-CA), several joined by `+`. Decides `links`; "
    "without it the strictest rules hold.",
)
NOTICE = obj(
    {
        "id": text(),
        "content_hash": text("SHA-256 over all wordings, hex."),
        "languages": mapped(text("SHA-256, hex.")),
    }
)
BASIS = obj(
    {
        "jurisdiction": text("A profile (EU-DE), a family (EU, US) or * for all others."),
        "basis": text(),
        "since": MOMENT,
        "until": maybe(MOMENT),
    }
)
INCENTIVE = obj(
    {
        "summary": mapped(text()),
        "value": obj({"amount": text(), "currency": text("ISO 4217."), "per": text()}),
        "estimate": mapped(text("How the value was estimated.")),
        "withdraw": mapped(text("How to withdraw.")),
    },
    description="The notice of financial incentive (11 CCR 7016), by language.",
)
PURPOSE = obj(
    {
        "code": text("Its name: the bare code, or `controller:code` of a further brand."),
        "controller": text(),
        "class": text(),
        "label": mapped(text()),
        "attributes": listed(text()),
        "channels": listed(text("Empty: all.")),
        "asked": FLAG,
        "dpv": maybe(text("The IRI in W3C DPV.")),
        "retention_days": maybe(NUMBER),
        "source": maybe(text("Who gives us data from outside, by name.")),
        "minimum_people": maybe(NUMBER | {"description": "Only figures over so many come of it."}),
        "incentive": maybe(INCENTIVE),
        "bases": listed(BASIS),
        "notice": maybe(NOTICE),
    }
)
CHANNEL = obj(
    {
        "code": text(),
        "label": mapped(text()),
        "electronic": FLAG,
        "default_level": NUMBER
        | {"description": "Step of personalisation to propose, 0 to 4; not a ceiling by itself."},
        "needs_named_yes": FLAG | {"description": "Off until a Yes names it."},
    }
)
LINKS = obj(
    {
        "do_not_sell": maybe(text(format="uri")),
        "limit": maybe(text(format="uri")),
        "your_privacy_choices": maybe(text(format="uri")),
    },
    description="Which links the law wants on a page for this visitor; null: not there. "
    "`your_privacy_choices`, with its icon, may stand for the other two (11 CCR 7015).",
)
PURPOSES: dict[str, Any] = {
    "operation_id": "list_purposes",
    "tags": ["Catalogue"],
    "summary": "The purposes, their live notices, the channels",
    "parameters": [JURISDICTION],
    "responses": {
        200: obj({"purposes": listed(PURPOSE), "channels": listed(CHANNEL), "links": LINKS})
    },
}
