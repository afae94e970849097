"""POST /access/v1/evaluations: many questions in one body (OpenID AuthZEN 1.0, section 7).

Members of the body are defaults, which an item replaces whole. A bad item is denied in place.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from consent.actions.asking_batch import ask_many
from consent.api import authzen, evaluation, masking
from consent.api.authzen import Asked
from consent.api.problems import Problem, malformed
from consent.api.tokens import Caller
from consent.queries import catalogue as catalogues
from consent.queries.identifiers import find_subjects
from consent.questions import Question, Ruling

PATH = "/access/v1/evaluations"
MOST = 1_000
MEMBERS = ("subject", "action", "resource", "context")
# Which answer is the last one.
SEMANTICS = {"execute_all": None, "deny_on_first_deny": False, "permit_on_first_permit": True}

Answer = dict[str, Any]


class Batch(NamedTuple):
    """The items in their order, each a question or why it is none; None: no list was sent."""

    items: list[Asked | Problem] | None
    stop_at: bool | None


def read(body: Any) -> Batch:
    """The questions in a parsed body; raises Problem (400) for what is wrong with all of it."""
    if not isinstance(body, dict):
        raise malformed("", "The body is not a JSON object.", fix="Send evaluations as a list.")
    sent = body.get("evaluations")
    if sent is not None and not isinstance(sent, list):
        raise malformed("/evaluations", "evaluations is not a list.")
    if sent and len(sent) > MOST:
        raise malformed("/evaluations", f"More than {MOST} questions are asked at once.")
    items = [_item(body, one, place) for place, one in enumerate(sent)] if sent else None
    return Batch(items, _semantic(body))


def _semantic(body: dict[str, Any]) -> bool | None:
    options = body.get("options") or {}
    if not isinstance(options, dict):
        raise malformed("/options", "options is not an object.")
    named = options.get("evaluations_semantic", "execute_all")
    if not isinstance(named, str) or named not in SEMANTICS:
        raise malformed(
            "/options/evaluations_semantic",
            "This is no way to evaluate many questions.",
            fix="Send one of: " + ", ".join(SEMANTICS) + ".",
        )
    return SEMANTICS[named]


def _item(body: dict[str, Any], one: Any, place: int) -> Asked | Problem:
    where = f"/evaluations/{place}"
    if not isinstance(one, dict):
        return malformed(where, "The item is not an object.")
    merged = {name: one.get(name, body.get(name)) for name in MEMBERS}
    try:
        return authzen.read({name: value for name, value in merged.items() if value is not None})
    except Problem as problem:
        faults = [fault._replace(pointer=where + fault.pointer) for fault in problem.errors]
        return Problem(400, problem.code, problem.detail, fix=problem.fix, errors=faults)


def answer(batch: Batch, *, caller: Caller, at: datetime) -> list[Answer]:
    """An answer per item, up to the one that ends the list."""
    items = batch.items or []
    if batch.stop_at is False:
        bad = (place for place, item in enumerate(items) if isinstance(item, Problem))
        items = items[: next(bad, len(items)) + 1]
    asked = [item for item in items if isinstance(item, Asked)]
    questions = _questions(asked, caller)
    waiting = iter(ask_many(questions=questions, at=at, stop_at=batch.stop_at))
    shown: list[Answer] = []
    place = 0
    for item in items:
        if isinstance(item, Problem):
            shown.append(_refusal(item))
            continue
        ruling = next(waiting, None)
        if ruling is None:
            break
        shown.append(authzen.write(_seen(ruling, questions[place], caller)))
        place += 1
        if ruling.permitted is batch.stop_at:
            break
    return shown


def _questions(asked: Sequence[Asked], caller: Caller) -> list[Question]:
    known: dict[str, UUID] = find_subjects(
        recipient=caller.recipient,
        first_party=caller.first_party,
        identifiers=[one.subject for one in asked if one.understood],
    )
    return [
        evaluation.question_of(one, known.get(one.subject) if one.understood else None, caller)
        for one in asked
    ]


def _seen(ruling: Ruling, question: Question, caller: Caller) -> Ruling:
    if caller.first_party or ruling.permitted:
        return ruling
    return masking.mask(ruling, question=question, catalogue=catalogues.last_loaded())


def _refusal(problem: Problem) -> Answer:
    pointer = problem.errors[0].pointer if problem.errors else ""
    error = {"status": problem.status, "message": problem.detail, "pointer": pointer}
    return {"decision": False, "context": {"reason_code": problem.code, "error": error}}
