"""The one question that may be put to a person now, and that it was closed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import public_ids
from consent import snapshots
from consent.actions import asks
from consent.actions.asks import Shown
from consent.api import ask_descriptions as descriptions
from consent.api import subjects
from consent.api.authzen import show_time
from consent.api.problems import Problem
from consent.api.serializers import AskClosedSerializer, AskSerializer
from consent.api.tokens import Caller, caller_in
from consent.errors import SubjectErased, SubjectUnknown
from consent.notices.prominence import PARTNERS_OWN


class NextAskView(APIView):
    """GET /v1/asks/next."""

    required_scopes = {"GET": ["consent:write"]}

    @extend_schema(**descriptions.NEXT_ASK)
    def get(self, request: Request) -> Response:
        """200 with the question and its words, 204 where nothing may be asked."""
        sent = AskSerializer(data=request.query_params)
        sent.is_valid(raise_exception=True)
        caller, data = caller_in(request), sent.validated_data
        _check_first_party(caller)
        subject_id, at = subjects.known(caller, data["subject"]), timezone.now()
        shown = asks.next_ask(
            subject_id=subject_id,
            surface=data["surface"],
            visit=f"{caller.recipient}:{data['visit']}",
            language=data["language"],
            at=at,
        )
        headers = {"Cache-Control": "no-store"}
        if shown is None:
            return Response(status=204, headers=headers)
        token = _token(shown, subject_id, data["surface"], at)
        return Response(_shown(shown) | {"snapshot": token}, headers=headers)


def _check_first_party(caller: Caller) -> None:
    """Because a question, or its absence, tells who the person is and what they said."""
    if not caller.first_party:
        raise Problem(
            403,
            "FIRST_PARTY_ONLY",
            "Only the controller's own systems put questions to people.",
            fix="Ask the person on your own pages, and send the answer as a consent event.",
        )


def _token(shown: Shown, subject_id: UUID, surface: str, at: datetime) -> str:
    """For exactly the words of this answer; whoever draws them attests its own control."""
    return snapshots.make(
        purpose=shown.purpose,
        version=shown.wording.version,
        language=shown.wording.language,
        words=shown.wording.words_hash,
        surface=surface,
        component=PARTNERS_OWN,
        holder=snapshots.person(subject_id),
        at=at,
    )


def _shown(shown: Shown) -> dict[str, Any]:
    wording = shown.wording
    return {
        "id": public_ids.shown(public_ids.ASK, shown.id),
        "purpose": shown.purpose,
        "notice": f"{shown.purpose}@{wording.version}",
        "version": wording.version,
        "language": wording.language,
        "title": wording.title,
        "rows": dict(wording.rows),
        "incentive": dict(shown.incentive) if shown.incentive else None,
        "shown_at": show_time(shown.at),
    }


class CloseAskView(APIView):
    """POST /v1/asks/{id}:close."""

    required_scopes = {"POST": ["consent:write"]}

    @extend_schema(**descriptions.CLOSE_ASK)
    def post(self, request: Request, ask: str) -> Response:
        """204: closed without an answer."""
        sent = AskClosedSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        caller = caller_in(request)
        _check_first_party(caller)
        found = public_ids.parsed(public_ids.ASK, ask)
        if found is None or not _close(caller, sent.validated_data["subject"], found):
            raise Problem(
                404,
                "ASK_UNKNOWN",
                "There is no such question to this person.",
                fix="Send the id that GET /v1/asks/next gave, and the person it was about.",
            )
        return Response(status=204)


def _close(caller: Caller, subject: str, ask: UUID) -> bool:
    try:
        person = subjects.known(caller, subject)
        return asks.close(ask_id=ask, subject_id=person, by=caller.recipient, at=timezone.now())
    except (SubjectUnknown, SubjectErased):
        return False
