"""Which partners a change of state concerns: pure, from the shape before and after.

A partner hears of somebody only if something of theirs was or is permitted to it, so that
no refusal tells it that a person exists whom it never had.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from consent import rulings
from consent.catalogue import Catalogue, RecipientEntry
from consent.questions import Question

Shape = Mapping[str, Any]
# Recipients, and the purposes for which something of a person is permitted to each.
Usable = Mapping[str, frozenset[str]]
# Whether a recipient is permitted anything for a purpose, by the part of a shape that tells.
Known = dict[tuple[str, str, str], bool]


def concerned(
    *, before: Shape | None, after: Shape, usable: Usable, catalogue: Catalogue
) -> tuple[str, ...]:
    """The recipients (codes, sorted) that must apply the change from `before` to `after`.

    `before` None stands for nobody; `usable` is what either of the two permitted (`usable_by`).
    """
    return tuple(
        code
        for code, recipient in sorted(catalogue.recipients.items())
        if not usable.get(code, frozenset()).isdisjoint(
            _touched(recipient, before, after, catalogue)
        )
    )


def usable_by(
    *, shape: Shape, catalogue: Catalogue, at: datetime, known: Known | None = None
) -> Usable:
    """The purposes for which each recipient is permitted anything at all of this shape.

    A paused recipient is answered as any other. `known` remembers answers from shape to shape,
    for one catalogue in one period.
    """
    told = _unpaused(catalogue)
    known = {} if known is None else known
    found: dict[str, set[str]] = {}
    for purpose in told.purposes:
        part = _part(shape, purpose)
        words = repr(part)
        for code, recipient in told.recipients.items():
            if purpose not in recipient.grants:
                continue
            key = (code, purpose, words)
            if key not in known:
                known[key] = _permitted(code, purpose, part, told, at)
            if known[key]:
                found.setdefault(code, set()).add(purpose)
    return {code: frozenset(purposes) for code, purposes in found.items()}


def _part(shape: Shape, purpose: str) -> Shape:
    """What an answer about one purpose rests on: few of these make up all the many shapes."""
    records = shape["purposes"]
    own = {purpose: records[purpose]} if purpose in records else {}
    return _person(shape) | {"purposes": own}


def _unpaused(catalogue: Catalogue) -> Catalogue:
    """Because whoever was paused holds what it was given before, and must hear of a No."""
    recipients = {code: replace(row, paused=False) for code, row in catalogue.recipients.items()}
    return replace(catalogue, recipients=recipients)


def _touched(
    recipient: RecipientEntry, before: Shape | None, after: Shape, catalogue: Catalogue
) -> list[str]:
    """The purposes this recipient is bound to about which anything may have changed."""
    bound = [purpose for purpose in recipient.grants if purpose in catalogue.purposes]
    if before is None or _person(before) != _person(after):
        return bound
    earlier, later = before["purposes"], after["purposes"]
    return [purpose for purpose in bound if earlier.get(purpose) != later.get(purpose)]


def _person(shape: Shape) -> dict[str, Any]:
    """What holds for the person as a whole."""
    return {name: value for name, value in shape.items() if name != "purposes"}


def _permitted(
    recipient: str, purpose: str, shape: Shape, catalogue: Catalogue, at: datetime
) -> bool:
    entry = catalogue.purposes[purpose]
    questions = (
        Question(
            subject_id=None,
            purpose=purpose,
            attributes=tuple(sorted(entry.attributes)),
            recipient=recipient,
            channel=channel,
        )
        for channel in (None, *sorted(entry.channels or catalogue.channels))
    )
    return any(
        rulings.outcome(question=question, catalogue=catalogue, content=shape, at=at).covered
        for question in questions
    )


def usable(*, recipient: str, shape: Shape, catalogue: Catalogue, at: datetime) -> bool:
    """Whether a recipient is permitted anything at all of people of this shape."""
    row = catalogue.recipients.get(recipient)
    bound = [purpose for purpose in row.grants if purpose in catalogue.purposes] if row else []
    return any(_permitted(recipient, purpose, shape, catalogue, at) for purpose in bound)
