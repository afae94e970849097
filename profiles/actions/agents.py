"""What authorised agents do for people under the Data Rights Protocol 1.0.

An opt-out needs the agent's signed permission and nothing else: no proof of who the person is
(11 CCR 7026(d), 7063(b)). An agent lifts nothing: an opt-in takes two steps of the person.
"""

import base64
import binascii
import hashlib
import re
import secrets
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit import actions as audit
from audit.identifiers import uuid7
from consent.actions import recording
from consent.acts import Act
from consent.errors import SubjectErased
from consent.queries import states
from keys import queries as keys
from profiles.agent_messages import Message, MessageRefused, exercise_of
from profiles.models import AgentRequest, AuthorizedAgent
from profiles.queries import accounts

METHOD = "drp"
_ID = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
Status = AgentRequest.Status


class AgentRefused(Exception):
    """An agent that cannot be entered as given."""


def add_agent(*, agent: str, name: str, verify_key: str, by: str, at: datetime) -> AuthorizedAgent:
    """Enter an agent of the network's directory, or change its key; a token of before ends.

    `verify_key` is base64 of 32 bytes. Raises AgentRefused.
    """
    try:
        key = base64.b64decode(verify_key, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32 or not _ID.fullmatch(agent):
        raise AgentRefused("An agent has an id of A-Z, 0-9 and _, and a key of 32 bytes in base64.")
    with transaction.atomic():
        row, _made = AuthorizedAgent.objects.update_or_create(
            pk=agent,
            defaults={"name": name, "verify_key": key, "token_digest": None, "paused_at": None},
            create_defaults={"name": name, "verify_key": key, "added_at": at},
        )
        audit.append(kind="agent.added", at=at, facts={"agent": agent, "by": by})
    return row


def pause_agent(*, agent: str, by: str, at: datetime) -> bool:
    """Stop listening to an agent; what it asked before stays done. False for an unknown one."""
    with transaction.atomic():
        found = AuthorizedAgent.objects.filter(pk=agent).update(paused_at=at, token_digest=None)
        if found:
            audit.append(kind="agent.paused", at=at, facts={"agent": agent, "by": by})
    return bool(found)


def give_token(agent: AuthorizedAgent, *, at: datetime) -> str:
    """A new bearer token for an agent that has signed for it; the one before ends (2.05)."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        AuthorizedAgent.objects.filter(pk=agent.pk).update(token_digest=digest_of(token))
        audit.append(kind="agent.token_given", at=at, facts={"agent": agent.pk})
    return token


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def receive(agent: AuthorizedAgent, message: Message, *, at: datetime) -> AgentRequest:
    """Act on a checked message at once; raises MessageRefused for a replay or an unknown right."""
    exercise = exercise_of(message)
    if exercise not in {"sale:opt_out", "sale:opt_in"}:
        raise MessageRefused(400, "Unsupported rights action: send it to the person's own page.")
    request_id = uuid7()
    try:
        with transaction.atomic():
            subject_id = _subject_of(message) if exercise == "sale:opt_out" else None
            status, reason = _act(exercise, subject_id, request_id, at)
            request = AgentRequest.objects.create(
                id=request_id,
                agent=agent,
                exercise=exercise,
                regime=message.text("regime")[:20],
                agent_request_id=message.text("agent-request-id")[:100],
                digest=message.digest,
                subject_id=subject_id,
                status=status,
                reason=reason,
                received_at=at,
            )
            audit.append(
                kind="agent.request",
                at=at,
                tag=keys.subject_tag(subject_id, at=at) if subject_id else None,
                facts={"agent": agent.pk, "exercise": exercise, "status": status},
            )
    except IntegrityError:
        raise MessageRefused(409, "This request was received before.") from None
    return request


def _subject_of(message: Message) -> UUID | None:
    """Whom the agent means: by the address, verified or not, which is then forgotten."""
    email = message.text("email")
    return accounts.subject_of_address(email) if email else None


def _act(exercise: str, subject_id: UUID | None, request_id: UUID, at: datetime) -> tuple[str, str]:
    if exercise == "sale:opt_in":
        return Status.DENIED, "other"
    if subject_id is None:
        return Status.DENIED, "no_match"
    shape = states.read_state(subject_id).shape
    if shape is not None and "sale_share" in states.shape_content(shape)["optouts"]:
        return Status.FULFILLED, ""
    act = Act(
        state="opted_out", method=METHOD, actor="agent", evidence=f"{METHOD}:{request_id.hex}"
    )
    try:
        recording.record(subject_id=subject_id, act=act, by="portal", at=at)
    except SubjectErased:
        return Status.DENIED, "no_match"
    return Status.FULFILLED, ""
