"""What people said: recording it, and what follows from it now."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import actions as audit
from audit import public_ids
from consent.actions import confirming
from consent.actions.idempotency import Outcome
from consent.actions.recording import Receipt, record
from consent.acts import RESTRICTIVE, Act
from consent.api import descriptions, idempotent, subjects
from consent.api.allowances import check_may_say
from consent.api.authzen import show_time
from consent.api.effective import Effective
from consent.api.moments import moment_in
from consent.api.problems import Fault, Problem
from consent.api.serializers import (
    STATES,
    ConsentEventSerializer,
    component_of,
    refuse_bundle,
)
from consent.api.tokens import Caller, caller_in
from consent.errors import ConsentRefused, StaleEpoch
from consent.models import ConsentEvent

# Because what restricts is not lost over the circumstances of being shown something.
CIRCUMSTANCES = {"NOTICE_UNKNOWN", "INVALID_TIME"}
_TAG = re.compile(r'(?:W/)?"([^"]*)"')


class ConsentEventsView(APIView):
    """POST /v1/consent-events."""

    required_scopes = {"POST": ["consent:write"]}
    open_to_paused = True

    @extend_schema(**descriptions.CONSENT_EVENTS)
    def post(self, request: Request) -> Response:
        """201 with the receipt and the ticket to follow the change with."""
        refuse_bundle(request.data)
        sent = ConsentEventSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        caller = caller_in(request)
        data, at = sent.validated_data, timezone.now()
        _check_state(caller, data)
        outcome = idempotent.answer_once(
            request, at=at, do=lambda: Outcome(201, _record(caller, data, at))
        )
        subject_id = subjects.known(caller, data["subject"])
        answer = {"subject": subjects.shown(caller, subject_id)} | outcome.answer
        return Response(answer, status=outcome.status, headers=idempotent.headers(outcome))


def _check_state(caller: Caller, data: dict[str, Any]) -> None:
    state = data["state"]
    if state not in STATES:
        raise ConsentRefused(
            "STATE_UNKNOWN",
            "This state is not one that a partner can record.",
            fix="Send one of: " + ", ".join(STATES) + ".",
            pointer="/state",
        )
    check_may_say(caller, state, data.get("purpose"))


def _record(caller: Caller, data: dict[str, Any], at: datetime) -> dict[str, Any]:
    subject_id = subjects.known_or_new(
        caller,
        data["subject"],
        jurisdictions=subjects.jurisdictions_of(data),
        birth_date=data.get("birth_date"),
        at=at,
    )
    act = _act(data)
    if act.state == "opted_in":
        _check_second_step(subject_id, act, data.get("confirm_token", ""))
    try:
        return _receipt(_say(subject_id, act, caller, at), data)
    except StaleEpoch as stale:
        raise _with_newer_state(stale, caller, subject_id, at) from None


def _check_second_step(subject_id: UUID, act: Act, token: str) -> None:
    """Opting in again takes two steps (11 CCR 7028(a)): the first one gives a token."""
    if confirming.is_second_step(token, subject_id=subject_id, act=act):
        return
    raise Problem(
        409,
        "CONFIRMATION_NEEDED",
        "Opting in takes two steps: ask, and ask again to confirm. Nothing was recorded.",
        fix="Show the choice once more; if it is confirmed, send the same again with "
        "confirm_token, within 15 minutes.",
        more={"confirm_token": confirming.second_step_token(subject_id=subject_id, act=act)},
    )


def _with_newer_state(stale: StaleEpoch, caller: Caller, subject_id: UUID, at: datetime) -> Problem:
    seen = Effective(caller, subject_id, at=at)
    fault = Fault(stale.pointer, stale.detail, stale.code)
    return Problem(
        409, stale.code, stale.detail, fix=stale.fix, errors=[fault], more={"state": seen.members()}
    )


def _say(subject_id: UUID, act: Act, caller: Caller, at: datetime) -> Receipt:
    by = source = caller.recipient
    try:
        return record(subject_id=subject_id, act=act, by=by, at=at, source=source)
    except ConsentRefused as refused:
        if act.state not in RESTRICTIVE or refused.code not in CIRCUMSTANCES:
            raise
    bare = replace(act, notice=None, language="", shown_at=None, snapshot="")
    return record(subject_id=subject_id, act=bare, by=by, at=at, source=source)


def _act(data: dict[str, Any]) -> Act:
    cap = data.get("cap")
    return Act(
        state=data["state"],
        purpose=data.get("purpose"),
        attributes=tuple(data.get("attributes", ())),
        channels=tuple(data.get("channels", ())),
        recipient=data.get("recipient"),
        notice=_notice(data),
        language=data.get("language", ""),
        shown_at=data.get("shown_at"),
        method=data["method"],
        actor=data["actor"],
        evidence=data.get("evidence", ""),
        if_epoch=data.get("if_epoch"),
        consent_types=("explicit", "expressed") if data["explicit"] else (),
        level=data.get("level"),
        cap=(cap["times"], cap["days"]) if cap else None,
        until=data.get("until"),
        snapshot=data.get("snapshot", ""),
        component=component_of(data["component"]) if "component" in data else None,
    )


def _notice(data: dict[str, Any]) -> int | None:
    """The version; a notice of another purpose is version 0, which was never published."""
    if "notice" not in data:
        return None
    purpose, _, version = data["notice"].partition("@")
    return int(version) if purpose == data.get("purpose") else 0


def _receipt(receipt: Receipt, data: dict[str, Any]) -> dict[str, Any]:
    event = receipt.event
    waiting = {"confirmation": _confirmation(event)} if event.state == "waiting" else {}
    return waiting | {
        "receipt": {
            "id": public_ids.shown(public_ids.CONSENT_EVENT, event.pk),
            "state": event.state,
            "purpose": data.get("purpose"),
            "attributes": list(event.attributes),
            "channels": list(event.channels),
            "notice": f"{data['purpose']}@{event.notice.version}" if event.notice else None,
            "language": event.language or None,
            "valid_from": show_time(event.valid_from),
            "expires_at": show_time(event.expires_at) if event.expires_at else None,
            "recorded_at": show_time(event.recorded_at),
            "event": public_ids.shown(public_ids.EVENT, event.log_event),
        },
        "epoch": receipt.epoch,
        "propagation": {
            "id": public_ids.shown(public_ids.CHANGE, event.pk),
            "epoch": receipt.epoch,
            "since": show_time(receipt.change.at),
        },
    }


def _confirmation(event: ConsentEvent) -> dict[str, Any]:
    """The link to send to the address that the Yes is about: double opt-in."""
    token = confirming.confirmation_token(event.pk)
    return {
        "url": settings.BASE_URL + reverse("portal:confirm-yes", args=[token]),
        "expires_at": show_time(event.recorded_at + confirming.CONFIRM_WITHIN),
    }


class ConsentsView(APIView):
    """GET /v1/subjects/{id}/consents."""

    required_scopes = {"GET": ["consent:read"]}

    @extend_schema(**descriptions.CONSENTS)
    def get(self, request: Request, subject: str) -> Response:
        """200 with the effective state and its ETag, 304 where the epoch has not moved."""
        caller = caller_in(request)
        at = timezone.now()
        moment = moment_in(request, at=at)
        subject_id = subjects.seen(caller, subject)
        seen = Effective(caller, subject_id, at=at, moment=moment)
        audit.append(
            kind="consents.read",
            at=at,
            tag=subjects.tag_of(subject_id, at=at) if seen.is_known else None,
            facts={"recipient": caller.recipient},
        )
        name = subjects.name_for(caller, subject_id, subject)
        if moment is not None:
            # Because the epoch of now says nothing of then.
            members = {"subject": name} | seen.members()
            return Response(members, headers={"Cache-Control": "private, no-store"})
        headers = {"ETag": f'"{seen.epoch}"', "Cache-Control": "private, no-cache"}
        if str(seen.epoch) in _TAG.findall(request.headers.get("If-None-Match", "")):
            return Response(status=304, headers=headers)
        return Response({"subject": name} | seen.members(), headers=headers)
