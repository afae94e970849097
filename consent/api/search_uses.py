"""What data of one person may be used for a purpose, and for which purposes data may be used."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from consent.api import search_outcomes
from consent.api.search import Search
from consent.api.search_answers import Found
from consent.catalogue import Catalogue
from consent.queries import catalogue as catalogues
from consent.queries import past


def resources(search: Search, *, at: datetime) -> Found:
    """The attributes that may be used for the purpose, each by itself."""
    then = past.past(search.subject_id, search.moment) if search.moment else None
    catalogue = then.catalogue if then else catalogues.catalogue()
    purpose = catalogue.purposes.get(search.question.purpose)
    leaves = {leaf for code in purpose.attributes for leaf in catalogue.leaves(code)} if (
        purpose and search.understood
    ) else set()  # fmt: skip
    question = replace(search.question, attributes=tuple(sorted(leaves)))
    (answer,), event = search_outcomes.answers(search, [question], catalogue, at, then)
    covered = answer.covered if answer else ()
    keys = [(leaf, {"type": "attribute", "id": leaf}) for leaf in sorted(covered)]
    return _page(search, keys, event, catalogue)


def actions(search: Search, *, at: datetime) -> Found:
    """The purposes for which all of the data may be used."""
    then = past.past(search.subject_id, search.moment) if search.moment else None
    catalogue = then.catalogue if then else catalogues.catalogue()
    questions = [
        replace(search.question, purpose=name) for name in sorted(_purposes(search, catalogue))
    ]
    answers, event = search_outcomes.answers(search, questions, catalogue, at, then)
    permitted = [
        question.purpose
        for question, answer in zip(questions, answers, strict=True)
        if answer is not None and answer.decision.permit
    ]
    keys = [(name, {"name": "use", "properties": {"purpose": name}}) for name in permitted]
    return _page(search, keys, event, catalogue)


def _purposes(search: Search, catalogue: Catalogue) -> Iterable[str]:
    """Those that concern the caller: a third party may not learn what others may ask."""
    names = [entry.name for entry in catalogue.purposes.values()]
    if search.caller.first_party:
        return names
    recipient = catalogue.recipients.get(search.caller.recipient)
    return [name for name in names if recipient and name in recipient.grants]


def _page(
    search: Search, keyed: Sequence[tuple[str, dict[str, Any]]], event: UUID | None,
    catalogue: Catalogue,
) -> Found:  # fmt: skip
    after = [one for one in keyed if one[0] > search.page.last]
    page = after[: search.page.limit]
    following = page[-1][0] if len(after) > len(page) else ""
    results = [shown for _, shown in page]
    return Found(results, following, event, catalogue, total=len(keyed))
