"""What a join would change, before anybody joins anything, and the joins that stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from consent.errors import SubjectUnknown
from consent.merging import Link
from consent.models import Subject, SubjectLink
from consent.queries import groups, states

MARKS = ("gpc", "restricted", "optouts", "objections", "stops")


@dataclass(frozen=True, slots=True)
class Row:
    """One purpose: its status (DPV word) for each record, and for each after joining."""

    purpose: str
    one: str
    other: str
    one_after: str
    other_after: str

    @property
    def differs(self) -> bool:
        """Whether the two records say different things of it now."""
        return self.one != self.other

    @property
    def narrows(self) -> bool:
        """Whether one of them may be used less than before."""
        return (self.one, self.other) != (self.one_after, self.other_after)


@dataclass(frozen=True, slots=True)
class Preview:
    """The table of a join. `marks` are the whole-person marks that one record brings to the other.

    `conflict`: the two cannot be one person as they stand; all use stops until it is cleared up.
    """

    rows: tuple[Row, ...]
    marks: tuple[str, ...]
    conflict: bool


def preview(*, one: UUID, other: UUID, at: datetime) -> Preview:
    """What joining two records now would do; nothing is joined. Raises SubjectUnknown."""
    subjects = {row.pk: row for row in Subject.objects.filter(pk__in=[one, other])}
    if len(subjects) < 2:
        raise SubjectUnknown
    joined = {row.group for row in subjects.values() if row.group is not None}
    together = groups.group_of({one, other} | groups.member_ids(joined))
    after = groups.Group(together.members, (*together.links, Link(one, other, at)))
    now = {who: together.compiled(who, at=at).content for who in (one, other)}
    then = {who: after.compiled(who, at=at).content for who in (one, other)}
    purposes = sorted({code for shape in now.values() for code in shape["purposes"]})
    return Preview(
        rows=tuple(
            Row(
                code,
                _status(now[one], code),
                _status(now[other], code),
                _status(then[one], code),
                _status(then[other], code),
            )
            for code in purposes
        ),
        marks=tuple(name for name in MARKS if _changes(name, now, then)),
        conflict=any(shape["status"] == "merged_conflict" for shape in then.values()),
    )


def _status(shape: Mapping[str, Any], purpose: str) -> str:
    record = shape["purposes"].get(purpose)
    return str(record["status"]) if record else "none"


def _changes(
    name: str, now: Mapping[UUID, Mapping[str, Any]], then: Mapping[UUID, Mapping[str, Any]]
) -> bool:
    return any(now[who].get(name) != then[who].get(name) for who in now)


def joins_of(subject_id: UUID) -> list[SubjectLink]:
    """The standing joins of a person, through others too, oldest first; at most a group's worth."""
    group = Subject.objects.filter(pk=subject_id).values_list("group", flat=True).first()
    return groups.links_of(groups.member_ids([group])) if group is not None else []


def epoch_of(subject_id: UUID) -> int:
    """The person's epoch now; 0 where there is no state."""
    return states.read_state(subject_id).epoch or 0
