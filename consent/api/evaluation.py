"""POST /access/v1/evaluation: may I? Bytes in, bytes out, so that it runs before Django too.

`config.wsgi` calls `respond` ahead of the middleware, because nothing there serves this call
and it costs more than the decision (docs/decisions). The view in `consent.api.views` calls it
as well, for the documentation and for servers that load Django alone.
"""

import json
import logging
import re
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from consent import rulings
from consent.actions.asking import ask
from consent.api import authzen, masking, problems, rates, strict_json, tokens
from consent.api.problems import Problem
from consent.api.tokens import Caller
from consent.queries import catalogue as catalogues
from consent.queries.identifiers import find_subject
from consent.questions import Question, Ruling
from keys.errors import KeyProblem

logger = logging.getLogger(__name__)

PATH = "/access/v1/evaluation"
SCOPES = ("decide",)
STORE_PROBLEMS = (psycopg.Error, DatabaseError, KeyProblem)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_JSON = ("Content-Type", "application/json")
_PROBLEM = ("Content-Type", problems.CONTENT_TYPE)
_FIXED = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Answer(NamedTuple):
    """What goes back: status, header fields, body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def respond(
    *, body: bytes, content_type: str, authorization: str, request_id: str, at: datetime
) -> Answer:
    """Answer one question; never raises.

    200 with a decision wherever a question was understood, the store being down included;
    400, 401, 403, 413, 429 as problem details. Whatever goes wrong, nothing is permitted.
    """
    name = _name(request_id)
    try:
        caller = tokens.caller_of(authorization, at=at)
        tokens.require_scope(caller, SCOPES)
        standing = rates.count(
            caller.client_id,
            "evaluations",
            settings.RATE_LIMIT_EVALUATIONS_PER_MINUTE,
            moment=at.timestamp(),
        )
        asked = _read(body, content_type)
        shown = _encode(authzen.write(decide(asked, caller=caller, at=at)))
    except Problem as problem:
        return refuse(problem, name)
    except Exception:
        logger.exception("An evaluation failed.")
        return refuse(_unexpected(), name)
    extra = [_JSON, ("X-Request-ID", name), *standing.headers().items()]
    return Answer(200, _FIXED + extra, shown.encode())


def refuse(problem: Problem, request_id: str) -> Answer:
    """The problem as an answer."""
    name = _name(request_id)
    extra = [_PROBLEM, ("X-Request-ID", name), *problem.headers.items()]
    return Answer(problem.status, _FIXED + extra, problems.encoded(problem, request_id=name))


def _name(request_id: str) -> str:
    return request_id if _REQUEST_ID.fullmatch(request_id) else uuid4().hex


def _unexpected() -> Problem:
    return Problem(
        500,
        "INTERNAL_ERROR",
        "The question could not be answered; treat this as No.",
        fix="Send the request again; tell us its request_id if this goes on.",
        retry="same_key",
    )


def _read(body: bytes, content_type: str) -> authzen.Asked:
    if content_type.partition(";")[0].strip().lower() != "application/json":
        # Because AuthZEN answers 400 where HTTP would say 415.
        raise Problem(
            400,
            "CONTENT_TYPE_UNSUPPORTED",
            "The content type is not application/json.",
            fix="Send Content-Type: application/json.",
        )
    if len(body) > strict_json.LONGEST_BODY:
        raise too_large()
    try:
        parsed = strict_json.loads(body)
    except strict_json.NotStrictJson as error:
        raise problems.malformed("", str(error), fix="Send one JSON object in UTF-8.") from None
    return authzen.read(parsed)


def too_large() -> Problem:
    """413 for a body that nobody reads to its end."""
    return Problem(
        413,
        "BODY_TOO_LARGE",
        "The body is longer than 1 MiB.",
        fix="Send one question at a time.",
    )


def decide(asked: authzen.Asked, *, caller: Caller, at: datetime) -> Ruling:
    """Put a well-formed question to the gate; deny where any part of it is out of reach."""
    had_connection = connection.connection is not None
    ruling = _decide(asked, caller, at)
    if ruling.reason_code == "DECISION_UNAVAILABLE" and had_connection:
        # Because a connection that died while it was idle is found out by its next use only.
        ruling = _decide(asked, caller, at)
    return ruling


def _decide(asked: authzen.Asked, caller: Caller, at: datetime) -> Ruling:
    question = question_of(asked, None, caller)
    try:
        question = question_of(asked, _subject(asked, caller), caller)
        ruling = ask(question=question, at=at)
        if caller.first_party or ruling.permitted:
            return ruling
        return masking.mask(ruling, question=question, catalogue=catalogues.last_loaded())
    except STORE_PROBLEMS as error:
        logger.error("The gate cannot reach its store (%s); denying.", type(error).__name__)
        if not connection.in_atomic_block:
            connection.close()
        return rulings.unavailable(question, at)


def _subject(asked: authzen.Asked, caller: Caller) -> UUID | None:
    if not asked.understood:
        return None
    return find_subject(
        recipient=caller.recipient, first_party=caller.first_party, identifier=asked.subject
    )


def question_of(asked: authzen.Asked, subject_id: UUID | None, caller: Caller) -> Question:
    """What is asked, as the gate wants it."""
    return Question(
        subject_id=subject_id,
        purpose=asked.purpose,
        # Because a question without attributes is what the rules call malformed.
        attributes=asked.attributes if asked.understood else (),
        recipient=caller.recipient,
        channel=asked.channel,
        jurisdictions=asked.jurisdictions,
        signal=asked.signal,
        time=asked.time,
    )
