"""POST and GET /v1/requests: data-subject requests, made here or passed on by partners."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions.idempotency import Outcome
from consent.api import idempotent, subjects
from consent.api.authzen import show_time
from consent.api.tokens import caller_in
from profiles.actions.requests import open_request
from profiles.api import descriptions
from profiles.api.serializers import RequestSerializer
from profiles.errors import RequestUnknown
from profiles.models import Request
from profiles.queries import requests as queries


class RequestsView(APIView):
    """Opening requests."""

    required_scopes = {"POST": ["requests"]}

    @extend_schema(**descriptions.OPEN_REQUEST)
    def post(self, request: HttpRequest) -> Response:
        """201 with the request; the same open request is given again, not doubled."""
        sent = RequestSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        caller = caller_in(request)
        data, at = sent.validated_data, timezone.now()
        subject_id = subjects.known(caller, data["subject"])

        def do() -> Outcome:
            opened = open_request(
                subject_id=subject_id,
                right=data["right"],
                by=caller.recipient,
                at=at,
                undo=data["undo"],
                purpose=data.get("purpose"),
            )
            return Outcome(201, _shown(opened))

        outcome = idempotent.answer_once(request, at=at, do=do)
        answer = outcome.answer | {"subject": subjects.shown(caller, subject_id)}
        headers = idempotent.headers(outcome) | {"Location": f"/v1/requests/{answer['id']}"}
        return Response(answer, status=outcome.status, headers=headers)


class RequestView(APIView):
    """One request."""

    required_scopes = {"GET": ["requests"]}

    @extend_schema(**descriptions.READ_REQUEST)
    def get(self, request: HttpRequest, request_id: str) -> Response:
        """200 with where it stands; 404 for a third party that did not pass it on."""
        caller = caller_in(request)
        found = queries.find(request_id)
        if found is None or (not caller.first_party and found.opened_by != caller.recipient):
            raise RequestUnknown
        name = subjects.shown(caller, found.subject_id)
        return Response(_shown(found) | {"subject": name, "steps": _steps(found)})


def _shown(request: Request) -> dict[str, Any]:
    return {
        "id": request.public_id,
        "right": request.right,
        "state": request.state,
        "reason_code": request.reason_code or None,
        "received_at": show_time(request.received_at),
        "due_strict": request.due_strict.isoformat(),
        "due_latest": request.due_latest.isoformat(),
        "undo_until": show_time(request.undo_until) if request.undo_until else None,
        "finished_at": show_time(request.finished_at) if request.finished_at else None,
    }


def _steps(request: Request) -> list[dict[str, Any]]:
    progress = queries.progress(request)
    return [
        {
            "holder": step.holder,
            "action": step.action,
            "state": str(step.state),
            "rows": step.rows,
            "joined": step.joined,
        }
        for step in progress.steps
    ]
