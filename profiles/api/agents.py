"""The Data Rights Protocol 1.0 for authorised agents: signed text in, JSON out.

Errors have the form of that protocol (3.06), not of RFC 9457, because its clients read it.
"""

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.api.authzen import show_time
from profiles.actions import agents as actions
from profiles.agent_messages import LONGEST, Message, MessageRefused, check, opened
from profiles.api import agent_descriptions as descriptions
from profiles.models import AgentRequest, AuthorizedAgent
from profiles.queries import agents

DETAILS = {
    "no_match": "We hold no data under this address, so there is nothing to sell or share.",
    "other": "An opt-in after an opt-out takes two steps of the person (11 CCR 7028): they "
    "sign in and say Yes twice.",
}


class AgentView(APIView):
    """What all calls of agents share: no scopes, but a token that a signature was given for."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def handle_exception(self, exc: Exception) -> Response:
        """A refusal in the form of the protocol; anything else as everywhere."""
        if isinstance(exc, MessageRefused):
            body: dict[str, Any] = {"code": str(exc.status), "message": exc.message}
            return Response(body | ({"fatal": True} if exc.fatal else {}), status=exc.status)
        return super().handle_exception(exc)

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Raises MessageRefused where this service takes part in no network."""
        super().initial(request, *args, **kwargs)
        if not settings.DRP_BUSINESS_ID:
            raise MessageRefused(404, "This business takes part in no Data Rights network.")


def agent_of(request: HttpRequest) -> AuthorizedAgent:
    """The agent of the bearer token; raises MessageRefused."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = agents.of_token(token) if scheme.lower() == "bearer" and token else None
    if found is None:
        raise MessageRefused(401, "Send the token that POST /v1/agent/{id} gave.", fatal=False)
    return found


def signed_by(agent: AuthorizedAgent, request: HttpRequest) -> Message:
    """The message in the body; raises MessageRefused."""
    kind = (request.content_type or "").split(";")[0].strip().lower()
    if kind != "text/plain":
        raise MessageRefused(415, "Send text/plain: base64 of the signature and the JSON.")
    raw = request._request.read(2 * LONGEST)
    return opened(raw, verify_key=bytes(agent.verify_key))


class AgentRequestsView(AgentView):
    """POST /v1/data-rights-request."""

    @extend_schema(**descriptions.EXERCISE)
    def post(self, request: HttpRequest) -> Response:
        """200 with the status, which for an opt-out is final."""
        agent, at = agent_of(request), timezone.now()
        message = signed_by(agent, request)
        check(message, agent=agent.pk, business=settings.DRP_BUSINESS_ID, at=at)
        return Response(_status(actions.receive(agent, message, at=at)))


class AgentRequestView(AgentView):
    """GET and DELETE /v1/data-rights-request/{id}."""

    @extend_schema(**descriptions.STATUS)
    def get(self, request: HttpRequest, request_id: str) -> Response:
        """200 with the status, for the agent that sent it."""
        return Response(_status(_own(request, request_id)))

    @extend_schema(**descriptions.REVOKE)
    def delete(self, request: HttpRequest, request_id: str) -> Response:
        """409: every request here is answered at once, and a revocation lifts no opt-out."""
        signed_by(_own(request, request_id).agent, request)
        raise MessageRefused(409, "This request is final; only the person can opt in again.")


class PairwiseKeyView(AgentView):
    """POST and GET /v1/agent/{id}."""

    @extend_schema(**descriptions.KEY_SETUP)
    def post(self, request: HttpRequest, agent_id: str) -> Response:
        """200 with a token for whoever holds the agent's key, else an empty 403 (2.05.1)."""
        agent, at = agents.by_id(agent_id), timezone.now()
        try:
            if agent is None:
                raise MessageRefused(403, "No such agent.")
            message = signed_by(agent, request)
            check(message, agent=agent.pk, business=settings.DRP_BUSINESS_ID, at=at)
        except MessageRefused:
            return Response(status=403)
        return Response({"agent-id": agent.pk, "token": actions.give_token(agent, at=at)})

    @extend_schema(**descriptions.KEY_CHECK)
    def get(self, request: HttpRequest, agent_id: str) -> Response:
        """200 with nothing where the token is this agent's."""
        if agent_of(request).pk != agent_id:
            raise MessageRefused(403, "The token is another agent's.")
        return Response({})


def _own(request: HttpRequest, request_id: str) -> AgentRequest:
    agent, found = agent_of(request), agents.request_of(request_id)
    if found is None or found.agent_id != agent.pk:
        raise MessageRefused(403, "This agent has sent no such request.")
    return found


def _status(request: AgentRequest) -> dict[str, Any]:
    shown = {
        "request_id": str(request.pk),
        "status": request.status,
        "received_at": show_time(request.received_at),
    }
    more = {
        "agent_request_id": request.agent_request_id,
        "reason": request.reason,
        "processing_details": DETAILS.get(request.reason, ""),
    }
    return shown | {name: value for name, value in more.items() if value}
