"""GET /v1/subjects/{id}/consents/history: everything that was said, and what held then."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import actions as audit
from audit import public_ids
from consent.api import history_descriptions as descriptions
from consent.api import subjects
from consent.api.authzen import show_time
from consent.api.effective import Effective
from consent.api.moments import moment_in
from consent.api.problems import malformed
from consent.api.tokens import caller_in
from consent.api.views.receipts import viewer_of
from consent.models import ConsentEvent
from consent.queries.histories import LARGEST_PAGE, history
from consent.queries.past import Moment
from consent.queries.viewing import Viewer


class HistoryView(APIView):
    """What a person said, the last recorded first."""

    required_scopes = {"GET": ["consent:read"]}

    @extend_schema(**descriptions.HISTORY)
    def get(self, request: Request, subject: str) -> Response:
        """200 with a page; the first one says what held, where a moment is asked about."""
        caller, at = caller_in(request), timezone.now()
        moment = moment_in(request, at=at)
        after, limit = _cursor(request), _limit(request)
        subject_id = subjects.seen(caller, subject)
        viewer = viewer_of(caller)
        page = history(
            subject_id=subject_id,
            viewer=viewer,
            moment=moment or Moment(at, at),
            after=after,
            limit=limit,
        )
        audit.append(
            kind="history.read",
            at=at,
            tag=subjects.tag_of(subject_id, at=at),
            facts={"recipient": caller.recipient},
        )
        effective = None
        if moment is not None and after is None:
            effective = Effective(caller, subject_id, at=at, moment=moment).members()
        answer = {
            "subject": subjects.name_for(caller, subject_id, subject),
            "as_of": show_time(at),
            "events": [_shown(event, viewer) for event in page.events],
            "next": public_ids.shown(public_ids.CONSENT_EVENT, page.next) if page.next else None,
            "effective": effective,
        }
        return Response(answer, headers={"Cache-Control": "private, no-store"})


def _cursor(request: Request) -> Any:
    given = request.query_params.get("after")
    if not given:
        return None
    found = public_ids.parsed(public_ids.CONSENT_EVENT, given)
    if found is None:
        raise malformed("/after", "after is not the id of an event.", fix="Send `next` as it was.")
    return found


def _limit(request: Request) -> int:
    given = request.query_params.get("limit", "50")
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= LARGEST_PAGE):
        raise malformed("/limit", f"limit is a number from 1 to {LARGEST_PAGE}.")
    return int(given)


def _shown(event: ConsentEvent, viewer: Viewer) -> dict[str, Any]:
    purpose = event.purpose.name if event.purpose else None
    notice = f"{purpose}@{event.notice.version}" if event.notice else None
    return {
        "id": public_ids.shown(public_ids.CONSENT_EVENT, event.pk),
        "state": event.state,
        "purpose": purpose,
        "attributes": list(event.attributes),
        "channels": list(event.channels),
        "recipient": event.recipient_id,
        "notice": notice,
        "language": event.language or None,
        "method": event.method,
        "actor": event.actor,
        "source": event.source_id if viewer.first_party else None,
        "shown_at": show_time(event.shown_at) if event.shown_at else None,
        "valid_from": show_time(event.valid_from),
        "expires_at": show_time(event.expires_at) if event.expires_at else None,
        "recorded_at": show_time(event.recorded_at),
        "event": public_ids.shown(public_ids.EVENT, event.log_event),
    }
