"""All consent events that a caller may see, as a stream of NDJSON that can be resumed.

A first party sees every event; any other partner those it passed on itself, because more would
tell it who refused. The lines have the form that an import reads.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from audit import public_ids
from consent.api.authzen import show_time
from consent.api.tokens import Caller
from consent.models import ConsentEvent
from consent.queries.identifiers import pairwise_id

AT_ONCE = 1_000
NOTHING = UUID(int=0)


def events(caller: Caller, *, as_of: datetime, after: UUID = NOTHING) -> Iterator[dict[str, Any]]:
    """The events recorded until `as_of`, in the order of their ids, after `after`; a summary last.

    Constant memory; who goes on after the last id received misses nothing and gets nothing twice.
    """
    count = 0
    while page := _page(caller, as_of, after):
        for event in page:
            yield _shown(caller, event)
        count += len(page)
        after = page[-1].pk
    yield {"summary": {"complete": True, "events": count, "as_of": show_time(as_of)}}


def _page(caller: Caller, as_of: datetime, after: UUID) -> list[ConsentEvent]:
    found = ConsentEvent.objects.filter(pk__gt=after, recorded_at__lte=as_of)
    if not caller.first_party:
        found = found.filter(source_id=caller.recipient)
    return list(found.select_related("purpose", "notice").order_by("pk")[:AT_ONCE])


def _shown(caller: Caller, event: ConsentEvent) -> dict[str, Any]:
    purpose = event.purpose.name if event.purpose else None
    members: dict[str, Any] = {
        "id": public_ids.shown(public_ids.CONSENT_EVENT, event.pk),
        "subject": pairwise_id(recipient=caller.recipient, subject_id=event.subject_id),
        "state": event.state,
        "purpose": purpose,
        "attributes": list(event.attributes),
        "channels": list(event.channels),
        "recipient": event.recipient_id,
        "consent_types": list(event.consent_types),
        "notice": f"{purpose}@{event.notice.version}" if event.notice else None,
        "language": event.language,
        "shown_at": _time(event.shown_at),
        "method": event.method,
        "actor": event.actor,
        "evidence": event.evidence,
        "valid_from": _time(event.valid_from),
        "expires_at": _time(event.expires_at),
        "recorded_at": _time(event.recorded_at),
        "source": event.source_id,
        "event": public_ids.shown(public_ids.EVENT, event.log_event),
    }
    return {name: value for name, value in members.items() if value not in (None, "", [])}


def _time(moment: datetime | None) -> str | None:
    return show_time(moment) if moment else None
