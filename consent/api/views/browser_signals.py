"""POST /v1/signals: what a browser said on a partner's page, passed on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import public_ids
from consent.actions import devices, exchange
from consent.actions.exchange import Reading
from consent.actions.idempotency import Outcome
from consent.api import idempotent, signal_descriptions, subjects
from consent.api.authentication import is_paused
from consent.api.authzen import show_time
from consent.api.problems import Problem, malformed
from consent.api.serializers import PersonSerializer, StrictText, SubjectId
from consent.api.tokens import Caller, caller_in
from consent.exchange.findings import Saying
from consent.models import Change, Subject
from consent.queries.states import read_state
from consent.strings import gpc

LONGEST_STRING = 20_000
HONOURED = "Opt-Out Request Honored"
READERS = {"tcf": exchange.read_tcf, "gpp": exchange.read_gpp}


class GpcValue(serializers.Field):  # type: ignore[type-arg]
    """What `Sec-GPC` or `navigator.globalPrivacyControl` held: a text or a boolean."""

    def to_internal_value(self, data: Any) -> bool:
        """Whether the signal is on; anything but `1` and true is not."""
        return data is True or (isinstance(data, str) and gpc.is_on([data]))

    def to_representation(self, value: Any) -> bool:
        """The same."""
        return bool(value)


class SignalsSerializer(PersonSerializer):
    """Whose browser it is, and what it said."""

    subject = SubjectId(required=False, help_text="`ps_...`, or a first party's `ref:SYSTEM:ID`.")
    device = serializers.RegexField(
        r"^[\x21-\x7e]{1,128}$",
        required=False,
        help_text="A first party's own number for a browser nobody has signed in with.",
    )
    gpc = GpcValue(required=False, help_text="The value of the header, or the boolean of the page.")
    tcf = StrictText(required=False, max_length=LONGEST_STRING, help_text="An IAB TC string.")
    gpp = StrictText(required=False, max_length=LONGEST_STRING, help_text="An IAB GPP string.")


class SignalsView(APIView):
    """Signals seen by pages of partners."""

    required_scopes = {"POST": ["consent:write"]}
    open_to_paused = True

    @extend_schema(request=SignalsSerializer, **signal_descriptions.SIGNALS)
    def post(self, request: Request) -> Response:
        """200 with what was recorded, and what of the strings could not count as a Yes."""
        sent = SignalsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        caller, data, at = caller_in(request), sent.validated_data, timezone.now()
        _check(caller, data)
        outcome = idempotent.answer_once(
            request, at=at, do=lambda: Outcome(200, _hear(caller, data, at))
        )
        subject_id = subjects.known(caller, _identifier(data))
        answer = {"subject": subjects.shown(caller, subject_id)} | outcome.answer
        return Response(answer, status=outcome.status, headers=idempotent.headers(outcome))


def _check(caller: Caller, data: dict[str, Any]) -> None:
    if ("subject" in data) == ("device" in data):
        raise malformed(
            "/subject", "Name either a subject or a device.", fix="Send exactly one of the two."
        )
    if not data.keys() & {"gpc", "tcf", "gpp"}:
        raise malformed("/gpc", "No signal was sent.", fix="Send gpc, tcf or gpp.")
    if "device" in data and not caller.first_party:
        raise Problem(
            403,
            "FIRST_PARTY_ONLY",
            "Only systems of the controller name devices.",
            fix="Send the subject that you know the person by.",
        )


def _identifier(data: dict[str, Any]) -> str:
    return str(data["subject"]) if "subject" in data else f"ref:device:{data['device']}"


def _hear(caller: Caller, data: dict[str, Any], at: datetime) -> dict[str, Any]:
    subject_id = subjects.known_or_new(
        caller,
        _identifier(data),
        jurisdictions=subjects.jurisdictions_of(data),
        birth_date=data.get("birth_date"),
        at=at,
        status=Subject.Status.PSEUDONYMOUS if "device" in data else Subject.Status.KNOWN,
    )
    recorded, unusable, change = _signal(caller, subject_id, data, at)
    # Because a Yes needs more than a string: who may pass one on sends it as an event.
    narrows_only = not caller.first_party or is_paused(caller)
    for name in READERS.keys() & data.keys():
        reading = READERS[name](
            subject_id=subject_id,
            text=data[name],
            by=caller.recipient,
            at=at,
            narrows_only=narrows_only,
        )
        recorded += [_shown(name, said) for said in reading.recorded]
        unusable += _faults(name, reading)
        change = reading.change or change
    return {
        "recorded": recorded,
        "unusable": unusable,
        "status": HONOURED if data.get("gpc") else None,
        "epoch": read_state(subject_id).epoch or 0,
        # Because a ticket is the number of an event, and a string may have made several.
        "propagation": _ticket(change) if change and change.consent_event else None,
    }


def _signal(
    caller: Caller, subject_id: UUID, data: dict[str, Any], at: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Change | None]:
    if not data.get("gpc"):
        # Because the absence of the signal is no opt-in (11 CCR 7025(c)(5)).
        return [], [], None
    receipt = devices.hear_signal(
        subject_id=subject_id, by=caller.recipient, at=at, source=caller.recipient
    )
    if receipt is None:
        return [], [], None
    said = {"signal": "gpc", "state": "signal_on", "purpose": None, "recipient": None}
    return [said], [], receipt.change


def _shown(signal: str, said: Saying) -> dict[str, Any]:
    return {
        "signal": signal,
        "state": said.state,
        "purpose": said.purpose,
        "recipient": said.recipient,
    }


def _faults(signal: str, reading: Reading) -> list[dict[str, Any]]:
    return [
        {"signal": signal, "part": each.part, "code": each.code, "detail": each.detail,
         "fix": each.fix}
        for each in reading.unusable
    ]  # fmt: skip


def _ticket(change: Change) -> dict[str, Any]:
    event = change.consent_event
    return {
        "id": public_ids.shown(public_ids.CHANGE, event) if event else None,
        "epoch": change.epoch,
        "since": show_time(change.at),
    }
