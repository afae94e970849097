"""The shapes of a question to the gate and of its answer."""

from consent.api.descriptions.schema import ANSWER, FLAG, MOMENT, listed, mapped, maybe, obj, text

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
                "valid_at": MOMENT,
                "known_at": MOMENT,
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
