"""Following changes, saying that they were applied, and seeing where one has arrived."""

import time
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import public_ids
from consent.actions import spreading
from consent.api import change_descriptions as descriptions
from consent.api import places, subjects
from consent.api.authzen import show_time
from consent.api.problems import Problem, malformed
from consent.api.serializers import AcknowledgementSerializer
from consent.api.tokens import Caller, caller_in
from consent.consuming import Changed, of_partner
from consent.queries import changes, people, propagation
from consent.queries.changes import Place
from consent.queries.propagation import Stop, Ticket

LONGEST_WAIT = 10
LARGEST_PAGE = 1000
SNAPSHOT_PAGE = 500
LOOK_EVERY = 0.25
# Because each waits in a thread that answers nobody else meanwhile.
_waiting = BoundedSemaphore(2)


class ChangesView(APIView):
    """GET /v1/changes."""

    required_scopes = {"GET": ["changes"]}
    open_to_paused = True

    @extend_schema(**descriptions.CHANGES)
    def get(self, request: Request) -> Response:
        """200 with what changed after a cursor, and the cursor for the next look."""
        caller, at = caller_in(request), timezone.now()
        limit = _number(request, "limit", default=100, most=LARGEST_PAGE, least=1)
        wait = _number(request, "wait", default=0, most=LONGEST_WAIT, least=0)
        given = request.query_params.get("after", "")
        if given:
            place = places.read(given, recipient=caller.recipient, at=at, pointer="/after")
        else:
            place = changes.beginning()
        found, next_place = _follow(caller, place, limit, wait)
        return Response(
            {
                "changes": [_told(caller, change) for change in found],
                "cursor": places.shown(next_place, recipient=caller.recipient, at=timezone.now()),
                "more": next_place.after > 0,
            },
            headers={"Cache-Control": "no-store"},
        )


def _follow(caller: Caller, place: Place, limit: int, wait: int) -> tuple[list[Changed], Place]:
    """The next changes; waits for the first of them where there is room to wait."""
    consumer = of_partner(caller.recipient)
    found, then = changes.following(consumer=consumer, place=place, limit=limit)
    if found or not wait or not _waiting.acquire(blocking=False):
        return found, then
    try:
        deadline = time.monotonic() + wait
        while not found and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)
            found, then = changes.following(consumer=consumer, place=then, limit=limit)
    finally:
        _waiting.release()
    return found, then


def _told(caller: Caller, change: Changed) -> dict[str, Any]:
    return {
        "subject": subjects.shown(caller, change.subject_id),
        "epoch": change.epoch,
        "at": show_time(change.at),
    }


def _number(request: Request, name: str, *, default: int, most: int, least: int) -> int:
    given = request.query_params.get(name, str(default))
    if not given.isdecimal() or len(given) > 6 or not least <= int(given) <= most:
        raise malformed(f"/{name}", f"{name} is a whole number.", fix=f"Send {least} to {most}.")
    return int(given)


class SnapshotView(APIView):
    """GET /v1/changes/snapshot."""

    required_scopes = {"GET": ["changes"]}

    @extend_schema(**descriptions.SNAPSHOT)
    def get(self, request: Request) -> Response:
        """200 with a page of the people of whom this partner may use something now."""
        caller, at = caller_in(request), timezone.now()
        given = request.query_params.get("after", "")
        if given:
            since, last = places.read_page(given, recipient=caller.recipient)
        else:
            # Because what changes while the pages are read must be told after them.
            since, last = changes.snapshot(), people.NOBODY
        found = people.usable_by(recipient=caller.recipient, at=at, after=last, limit=SNAPSHOT_PAGE)
        full = len(found) == SNAPSHOT_PAGE
        return Response(
            {
                "subjects": _named(caller, found),
                "next": places.shown_page(since, found[-1][0], recipient=caller.recipient)
                if full
                else None,
                "cursor": places.shown(Place(since, since, 0), recipient=caller.recipient, at=at),
            },
            headers={"Cache-Control": "no-store"},
        )


def _named(caller: Caller, found: list[tuple[UUID, int]]) -> list[dict[str, Any]]:
    """In the order of the partner's own ids, because ours would let partners compare lists."""
    named = [{"subject": subjects.shown(caller, person), "epoch": epoch} for person, epoch in found]
    return sorted(named, key=lambda one: str(one["subject"]))


class AcknowledgementsView(APIView):
    """POST /v1/acknowledgements."""

    required_scopes = {"POST": ["changes"]}
    open_to_paused = True

    @extend_schema(**descriptions.ACKNOWLEDGEMENTS)
    def post(self, request: Request) -> Response:
        """200 with how many tickets this closed for the caller."""
        sent = AcknowledgementSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        caller, data, at = caller_in(request), sent.validated_data, timezone.now()
        if "cursor" in data:
            place = places.read(
                data["cursor"], recipient=caller.recipient, at=at, pointer="/cursor"
            )
            closed = spreading.acknowledge_seen(
                recipient=caller.recipient, seen=place.seen, upto=place.upto, after=place.after,
                at=at,
            )  # fmt: skip
        else:
            closed = _acknowledge_epoch(caller, data, at)
        return Response({"acknowledged": closed, "at": show_time(at)})


def _acknowledge_epoch(caller: Caller, data: dict[str, Any], at: datetime) -> int:
    return spreading.acknowledge_epoch(
        recipient=caller.recipient,
        subject_id=subjects.known(caller, data["subject"]),
        epoch=data["epoch"],
        at=at,
    )


class PropagationView(APIView):
    """GET /v1/propagation/{id}."""

    required_scopes = {"GET": ["consent:write", "consent:read", "changes"]}
    open_to_paused = True

    @extend_schema(**descriptions.PROPAGATION)
    def get(self, request: Request, ticket: str) -> Response:
        """200 with where a change has arrived; a third party sees its own part of its own."""
        caller, event = caller_in(request), public_ids.parsed(public_ids.CHANGE, ticket)
        found = propagation.ticket(event, at=timezone.now()) if event else None
        if event is None or found is None or not _may_see(caller, found):
            raise Problem(
                404,
                "TICKET_UNKNOWN",
                "There is no such ticket of yours.",
                fix="Use propagation.id of a receipt you were given.",
            )
        return Response(_shown(event, found, caller), headers={"Cache-Control": "no-store"})


def _may_see(caller: Caller, ticket: Ticket) -> bool:
    return caller.first_party or ticket.source == caller.recipient


def _shown(event: UUID, ticket: Ticket, caller: Caller) -> dict[str, Any]:
    stops = [
        stop
        for stop in ticket.stops
        if caller.first_party or stop.partner in {None, caller.recipient}
    ]
    arrived = [stop.arrived_at for stop in stops if stop.arrived_at is not None]
    return {
        "id": public_ids.shown(public_ids.CHANGE, event),
        "epoch": ticket.epoch,
        "since": show_time(ticket.since),
        "state": "closed" if len(arrived) == len(stops) else "open",
        "arrived": len(arrived),
        "of": len(stops),
        "last_at": show_time(max(arrived)) if arrived else None,
        "stops": [_stop(stop) for stop in stops],
    }


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "consumer": stop.partner or stop.consumer,
        "kind": "partner" if stop.partner else "own",
        "state": stop.state,
        "arrived_at": show_time(stop.arrived_at) if stop.arrived_at else None,
        "until": show_time(stop.until) if stop.until else None,
    }
