"""The answers a search rests on: those of single questions, now or then, and on record."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from consent import figures, rulings
from consent.actions import asking_batch, looking
from consent.api.search import Search
from consent.catalogue import Catalogue
from consent.queries import past
from consent.questions import Question
from consent.rulings import Outcome


def answers(
    search: Search,
    questions: Sequence[Question],
    catalogue: Catalogue,
    at: datetime,
    then: past.Past | None,
) -> tuple[list[Outcome | None], UUID | None]:
    """An answer for each, on record; None where it could not be put there."""
    if then is None or search.moment is None:
        return _answered(search, questions, at)
    found = [search.subject_id] if then.content is not None and search.subject_id else []
    event = looking.record(
        question=search.question, catalogue=catalogue.version, moment=search.moment,
        found=found, at=at,
    )  # fmt: skip
    told: list[Outcome | None] = [
        outcome(question, catalogue, then.content, search.moment.valid_at) for question in questions
    ]
    return told, event


def outcome(
    question: Question, catalogue: Catalogue, content: Mapping[str, Any] | None, at: datetime
) -> Outcome:
    """What a single question about one person would have been answered."""
    return figures.held_to(
        rulings.outcome(question=question, catalogue=catalogue, content=content, at=at),
        least=figures.least_people(question.purpose, catalogue),
        people=figures.ONE,
    )


def _answered(
    search: Search, questions: Sequence[Question], at: datetime
) -> tuple[list[Outcome | None], UUID | None]:
    answers: list[Outcome | None] = []
    event = None
    for logged in _looks(search, questions, at):
        if logged.event is None:
            return [None] * len(questions), None
        event = event or logged.event
        answers.append(logged.answers[0].outcome)
    return answers, event


def _looks(
    search: Search, questions: Sequence[Question], at: datetime
) -> Iterator[asking_batch.Logged]:
    for question in questions:
        yield from asking_batch.look_each(question=question, subject_ids=[search.subject_id], at=at)
