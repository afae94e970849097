"""CloudEvents 1.0, structured JSON: one consent event for queues and event buses."""

from typing import Any

from consent.documents.facts import EventFacts, shown
from consent.documents.facts import shown_or_none as moment

MEDIA_TYPE = "application/cloudevents+json"


def render(facts: EventFacts) -> dict[str, Any]:
    """The event; `subject` is the pseudonym, never an address, `time` when the act holds from."""
    return {
        "specversion": "1.0",
        "id": facts.receipt_id,
        "source": f"{facts.site}/v1/consent-events",
        "type": f"sayso.consent.{facts.state}.v1",
        "subject": facts.person,
        "time": shown(facts.valid_from),
        "datacontenttype": "application/json",
        "data": {
            "state": facts.state,
            "status": facts.status,
            "purposes": [purpose.code for purpose in facts.purposes],
            "attributes": list(facts.attributes),
            "channels": list(facts.channels),
            "recipient": facts.recipient,
            "notice": facts.notice.name if facts.notice else None,
            "valid_from": shown(facts.valid_from),
            "expires_at": moment(facts.expires_at),
            "recorded_at": shown(facts.recorded_at),
            "event": facts.log_id,
            "receipt": facts.receipt_url,
        },
    }
