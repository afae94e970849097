"""Whom the gate permits a use of: found in SQL, then asked about one by one, and on record."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from consent.actions import asking_batch, looking
from consent.actions.asking_bulk import ask_people
from consent.api import search_outcomes, subjects
from consent.api.search import Search
from consent.api.search_answers import Found
from consent.queries import editions, past, population
from consent.queries.identifiers import subject_id_of_pairwise
from consent.queries.population import NOBODY


def found(search: Search, *, at: datetime) -> Found:
    """A page of people; each is asked about in the same moment, and has a leaf in the entry."""
    last = _last(search)
    if search.moment is not None:
        return _then(search, last, at)
    if search.page.last:
        selection, event = population.select(question=search.question, at=at), None
    else:
        # Because the first page alone tells that somebody looked, where nobody is found.
        asked = ask_people(question=search.question, at=at)
        selection, event = asked.people, asked.event
    people = selection.after(last, limit=search.page.limit)
    logged = asking_batch.look_each(question=search.question, subject_ids=people, at=at)
    if any(one.event is None for one in logged):
        return Found([], "", None)
    permitted = [
        answer.subject_id
        for one in logged
        for answer in one.answers
        if answer.permitted and answer.subject_id is not None
    ]
    full = len(people) == search.page.limit
    return Found(
        results=_shown(search, permitted),
        next=subjects.shown(search.caller, people[-1]) if full else "",
        event=logged[0].event if logged else event or at_end(search, at),
        # Because of figures over people nobody is told who is in them.
        total=selection.count if selection.over is None else 0,
    )


def at_end(search: Search, at: datetime) -> UUID:
    """The entry of a page on which nobody is left."""
    return ask_people(question=search.question, at=at).event


def _then(search: Search, last: UUID, at: datetime) -> Found:
    """Those of the next people known then who permitted it; a page may have few, or none."""
    moment = search.moment
    if moment is None:
        raise ValueError("There is no moment to look back to.")
    edition = editions.as_of(min(moment.valid_at, moment.known_at))
    states = past.known_after(last, moment, limit=search.page.limit)
    permitted = [
        person
        for person, content in states.items()
        if search_outcomes.outcome(
            search.question, edition.catalogue, content, moment.valid_at
        ).decision.permit
    ]
    event = looking.record(
        question=search.question, catalogue=edition.catalogue.version, moment=moment,
        found=permitted, at=at,
    )  # fmt: skip
    full = len(states) == search.page.limit
    following = subjects.shown(search.caller, max(states)) if full else ""
    return Found(_shown(search, permitted), following, event, edition.catalogue)


def _last(search: Search) -> UUID:
    last = subject_id_of_pairwise(recipient=search.caller.recipient, identifier=search.page.last)
    return last or NOBODY


def _shown(search: Search, people: Iterable[UUID]) -> list[dict[str, Any]]:
    """In the order of the partner's own ids, because ours would let partners compare lists."""
    names = sorted(subjects.shown(search.caller, person) for person in people)
    return [{"type": "customer", "id": name} for name in names]
