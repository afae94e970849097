"""POST /access/v1/search/...: who, what data, which uses (OpenID AuthZEN 1.0, section 8).

The part that is looked for is left out of the body, or named by its type alone. Found is what
the gate permits, and nothing else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from consent.api import authzen, evaluation, moments, search_pages
from consent.api.problems import malformed
from consent.api.search_pages import Page
from consent.api.tokens import Caller
from consent.queries.identifiers import find_subject
from consent.queries.past import Moment
from consent.questions import Question

SUBJECT, RESOURCE, ACTION = "subject", "resource", "action"
PATH = "/access/v1/search/"
# What stands for the part that is looked for while the rest is read.
_ANYTHING: Mapping[str, dict[str, Any]] = {
    SUBJECT: {"id": "any"},
    RESOURCE: {"id": "any", "properties": None},
    ACTION: {"name": "use", "properties": {"purpose": "any"}},
}


class Search(NamedTuple):
    """A search as it was understood; `question` has whatever is not looked for.

    `subject_id` is None for nobody we know, and where people are looked for.
    """

    caller: Caller
    question: Question
    subject_id: UUID | None
    moment: Moment | None
    page: Page
    name: str
    understood: bool


def read(kind: str, body: Any, *, caller: Caller, at: datetime) -> Search:
    """The search in a parsed body; raises Problem (400)."""
    if not isinstance(body, dict):
        raise malformed("", "The body is not a JSON object.", fix="Send one search.")
    sent = body.get(kind)
    if kind != ACTION and not isinstance(sent, dict):
        raise malformed(f"/{kind}", f"{kind} is not an object.", fix="Send its type alone.")
    typed = kind != ACTION and isinstance(sent, dict) and "type" in sent
    given = {"type": sent["type"]} if typed and sent else {}
    asked = authzen.read(_of_now(body) | {kind: given | _ANYTHING[kind]})
    question = evaluation.question_of(asked, None, caller)
    moment = moments.moment_of(body.get("context") or {}, at=at, where="/context")
    subject = "" if kind == SUBJECT else asked.subject
    name = search_pages.name_of(kind, question, subject, moment and _sent(body))
    return Search(
        caller=caller,
        question=question,
        subject_id=_subject(subject, caller) if asked.understood else None,
        moment=moment,
        page=search_pages.read(body, search=name),
        name=name,
        understood=asked.understood,
    )


def _of_now(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without its moment: a search answers about that, it does not ask about the past."""
    context = body.get("context")
    if not isinstance(context, dict):
        return dict(body)
    now = {name: value for name, value in context.items() if name not in moments.TIMES}
    return dict(body) | {"context": now}


def _sent(body: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(body["context"].get(name) for name in moments.TIMES)


def _subject(identifier: str, caller: Caller) -> UUID | None:
    if not identifier:
        return None
    return find_subject(
        recipient=caller.recipient, first_party=caller.first_party, identifier=identifier
    )
