"""Who an agent is, and how its requests stand."""

import hashlib
from uuid import UUID

from profiles.models import AgentRequest, AuthorizedAgent


def of_token(token: str) -> AuthorizedAgent | None:
    """The agent that a bearer token belongs to; None for a wrong one and for a paused agent."""
    digest = hashlib.sha256(token.encode()).digest()
    return AuthorizedAgent.objects.filter(token_digest=digest, paused_at=None).first()


def by_id(agent: str) -> AuthorizedAgent | None:
    """An agent we listen to."""
    return AuthorizedAgent.objects.filter(pk=agent, paused_at=None).first()


def listed() -> list[AuthorizedAgent]:
    """Every agent that was ever entered, the first 500 by id."""
    return list(AuthorizedAgent.objects.order_by("pk")[:500])


def request_of(request_id: str) -> AgentRequest | None:
    """A request by its id, whoever sent it."""
    try:
        return AgentRequest.objects.filter(pk=UUID(request_id)).first()
    except ValueError:
        return None
