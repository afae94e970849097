"""Joined records of one person: who belongs together, and what was said for each of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from consent.compiling import Compiled, render
from consent.folding import EventFact
from consent.merging import Link, Member, compile_joined
from consent.models import ConsentEvent, Subject, SubjectLink
from consent.queries import kept, states


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one person and the links between them."""

    members: dict[UUID, Member]
    links: tuple[Link, ...]

    def compiled(self, member: UUID, *, at: datetime) -> Compiled:
        """The state of one record beside the others, never of a time before they were joined."""
        # Because a writer may have read its clock before a join that it then waited for.
        moment = max([at, *(link.at for link in self.links)])
        return compile_joined(member=member, members=self.members, links=self.links, at=moment)


def member_ids(joined: Collection[UUID]) -> set[UUID]:
    """The records of all these groups."""
    if not joined:
        return set()
    return set(Subject.objects.filter(group__in=joined).values_list("pk", flat=True))


def group_of(subject_ids: Collection[UUID]) -> Group:
    """What was said for each of these records, and their standing links."""
    events: dict[UUID, list[EventFact]] = defaultdict(list)
    found = ConsentEvent.objects.filter(subject_id__in=subject_ids)
    for event in found.select_related("purpose", "notice"):
        events[event.subject_id].append(states.event_fact(event))
    members = {
        subject.pk: Member(subject.pk, states.person_facts(subject), events[subject.pk])
        for subject in Subject.objects.filter(pk__in=subject_ids)
    }
    return Group(members, tuple(Link(*row) for row in _links(subject_ids)))


def _links(subject_ids: Collection[UUID]) -> list[tuple[UUID, UUID, datetime]]:
    standing = links_of(subject_ids)
    return [(link.one_id, link.other_id, link.joined_at) for link in standing]


def links_of(subject_ids: Collection[UUID]) -> list[SubjectLink]:
    """The standing links that touch any of these records, oldest first."""
    about = Q(one__in=subject_ids) | Q(other__in=subject_ids)
    return list(
        SubjectLink.objects.filter(about, ended_at__isnull=True).order_by("joined_at", "id")
    )


def content_now(subject: Subject, *, at: datetime) -> Mapping[str, Any]:
    """The shape of a person as the gate has it; compiled here only where time has changed it."""
    state = states.read_state(subject.pk)
    if state.shape is not None and (state.until is None or state.until > at):
        return states.shape_content(state.shape)
    return compiled_now(subject, at=at).content


def compiled_now(subject: Subject, *, at: datetime) -> Compiled:
    """The state of a person as it follows from all that was said, joined records included."""
    if subject.group is not None:
        return group_of(member_ids([subject.group])).compiled(subject.pk, at=at)
    standing = kept.standing_now(subject.pk, at=at)
    return render(person=states.person_facts(subject), standing=standing, at=at)
