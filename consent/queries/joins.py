"""What a join would change, before anybody joins anything, and the joins that stand."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from consent import ownership, parting
from consent.errors import SubjectUnknown
from consent.join_changes import Preview, compare
from consent.merging import Link
from consent.models import Subject, SubjectLink
from consent.ownership import Tie
from consent.queries import groups, states

PAGE = 25


def preview(*, one: UUID, other: UUID, at: datetime) -> Preview:
    """What joining two records now would do; nothing is joined. Raises SubjectUnknown."""
    subjects = {row.pk: row for row in Subject.objects.filter(pk__in=[one, other])}
    if len(subjects) < 2:
        raise SubjectUnknown
    joined = {row.group for row in subjects.values() if row.group is not None}
    together = groups.group_of({one, other} | groups.member_ids(joined))
    after = groups.Group(together.members, (*together.links, Link(one, other, at)))
    return compare(now=_shapes(together, one, other, at), then=_shapes(after, one, other, at))


def preview_parting(link: SubjectLink, *, subject_id: UUID, at: datetime) -> Preview:
    """What ending a standing join would do, `subject_id` (one of its two) first."""
    one, other = subject_id, link.other_id if link.one_id == subject_id else link.one_id
    group = Subject.objects.filter(pk=one).values_list("group", flat=True).first()
    together = groups.group_of(groups.member_ids([group] if group else []) | {one, other})
    ended = Link(link.one_id, link.other_id, link.joined_at)
    kept = parting.carried(together.members, together.links, ended)
    members = {
        member.id: replace(member, events=[*member.events, *kept.get(member.id, ())])
        for member in together.members.values()
    }
    apart = groups.Group(members, tuple(parting.without(together.links, ended)))
    return compare(now=_shapes(together, one, other, at), then=_shapes(apart, one, other, at))


def _shapes(
    group: groups.Group, one: UUID, other: UUID, at: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    return group.compiled(one, at=at).content, group.compiled(other, at=at).content


def joins_of(subject_id: UUID) -> list[SubjectLink]:
    """The standing joins of a person, through others too, oldest first; at most a group's worth."""
    group = Subject.objects.filter(pk=subject_id).values_list("group", flat=True).first()
    return groups.links_of(groups.member_ids([group])) if group is not None else []


def ended_joins(subject_id: UUID, *, page: int = 1) -> tuple[list[SubjectLink], bool]:
    """The ended joins of this record, the last ended first, 25 to a page; whether there are more.

    Only its own: what became of records that it was joined to through others is theirs.
    """
    start = (max(page, 1) - 1) * PAGE
    about = SubjectLink.objects.filter(
        Q(one=subject_id) | Q(other=subject_id), ended_at__isnull=False
    )
    found = list(about.order_by("-ended_at", "-id")[start : start + PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def all_joins(subject_id: UUID, *, page: int = 1) -> tuple[list[SubjectLink], bool]:
    """The standing joins, the newest first, then this record's ended ones; 25 to a page, and
    whether there are more.
    """
    group = Subject.objects.filter(pk=subject_id).values_list("group", flat=True).first()
    together = groups.member_ids([group]) if group is not None else set()
    stands = Q(ended_at__isnull=True) & (Q(one__in=together) | Q(other__in=together))
    own = Q(one=subject_id) | Q(other=subject_id)
    start = (max(page, 1) - 1) * PAGE
    found = SubjectLink.objects.filter(stands | own).order_by(
        F("ended_at").desc(nulls_first=True), "-joined_at", "-id"
    )
    rows = list(found[start : start + PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def own_devices(subject_id: UUID) -> list[UUID]:
    """The devices that are this person's alone, in the order of their ids."""
    links = joins_of(subject_id)
    if not links:
        return []
    records = {record for link in links for record in (link.one_id, link.other_id)}
    anonymous = Subject.objects.filter(pk__in=records, status=Subject.Status.PSEUDONYMOUS)
    device = SubjectLink.Kind.DEVICE
    ties = [Tie(link.one_id, link.other_id, link.kind == device) for link in links]
    return sorted(
        ownership.own_devices(
            subject_id, anonymous=set(anonymous.values_list("pk", flat=True)), ties=ties
        )
    )


def epoch_of(subject_id: UUID) -> int:
    """The person's epoch now; 0 where there is no state."""
    return states.read_state(subject_id).epoch or 0
