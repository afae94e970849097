"""What a join changes for each of two records: every difference of their states, none left out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from consent.merging import UNKNOWN_PLACE

Shape = Mapping[str, Any]
# The marks of a whole person; `jurisdictions`: the law of another place counts as well.
MARKS = (
    "gpc", "restricted", "optouts", "objections", "stops", "levels", "caps", "jurisdictions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One purpose: its status (DPV word) for each record, and for each after joining.

    `one_narrower`, `other_narrower`: the answer of that record covers something else than
    before (an attribute, a channel, a recipient less, or no longer after an opt-out).
    """

    purpose: str
    one: str
    other: str
    one_after: str
    other_after: str
    one_narrower: bool
    other_narrower: bool

    @property
    def differs(self) -> bool:
        """Whether the two records say different things of it now."""
        return self.one != self.other or self.one_narrower or self.other_narrower


@dataclass(frozen=True, slots=True)
class Preview:
    """The table of a join. `marks` are the marks of a whole person that it moves.

    `conflict`: the two cannot be one person as they stand; all use stops until it is cleared up.
    """

    rows: tuple[Row, ...]
    marks: tuple[str, ...]
    conflict: bool

    @property
    def changes_something(self) -> bool:
        """Whether anything holds differently after joining."""
        return bool(
            self.marks
            or self.conflict
            or any(row.one_narrower or row.other_narrower for row in self.rows)
        )

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the table, so that what is joined is what was shown."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def compare(*, now: tuple[Shape, Shape], then: tuple[Shape, Shape]) -> Preview:
    """The table for two records, whose shapes are `now` and would be `then`."""
    purposes = sorted({code for shape in (*now, *then) for code in shape["purposes"]})
    return Preview(
        rows=tuple(_row(code, now, then) for code in purposes),
        marks=tuple(
            name
            for name in MARKS
            if any(_mark(a, name) != _mark(b, name) for a, b in zip(now, then, strict=True))
        ),
        conflict=any(shape["status"] == "merged_conflict" for shape in then),
    )


def _row(code: str, now: tuple[Shape, Shape], then: tuple[Shape, Shape]) -> Row:
    one, other = (shape["purposes"].get(code) for shape in now)
    one_after, other_after = (shape["purposes"].get(code) for shape in then)
    return Row(
        purpose=code,
        one=_status(one),
        other=_status(other),
        one_after=_status(one_after),
        other_after=_status(other_after),
        one_narrower=one != one_after,
        other_narrower=other != other_after,
    )


def _status(record: Shape | None) -> str:
    return str(record["status"]) if record else "none"


def _mark(shape: Shape, name: str) -> Any:
    found = shape.get(name)
    if name == "jurisdictions":
        return sorted(found or [UNKNOWN_PLACE])
    return found or None
