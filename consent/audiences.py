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


def concerned(
    *, before: Shape | None, after: Shape, catalogue: Catalogue, at: datetime
) -> tuple[str, ...]:
    """The recipients (codes, sorted) that must apply the change from `before` to `after`.

    `before` None stands for nobody. A paused recipient is told like any other.
    """
    told = _unpaused(catalogue)
    shapes = [shape for shape in (before, after) if shape is not None]
    return tuple(
        code
        for code, recipient in sorted(told.recipients.items())
        if (purposes := _touched(recipient, before, after, told))
        and any(_permitted(code, purposes, shape, told, at) for shape in shapes)
    )


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
    recipient: str, purposes: list[str], shape: Shape, catalogue: Catalogue, at: datetime
) -> bool:
    entries = [(purpose, catalogue.purposes[purpose]) for purpose in purposes]
    questions = (
        Question(
            subject_id=None,
            purpose=purpose,
            attributes=tuple(sorted(entry.attributes)),
            recipient=recipient,
            channel=channel,
        )
        for purpose, entry in entries
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
    return _permitted(recipient, bound, shape, catalogue, at)
