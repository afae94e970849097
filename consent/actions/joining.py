"""Joining records that are one person, and taking them apart again.

Nobody's consent grows by it (`consent.merging`). Each join and each parting is on record in the
log of every record that it touches.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from audit import actions as audit
from audit.identifiers import uuid7
from consent import parting
from consent.actions import states
from consent.actions.importing import PastAct, PersonActs, import_events
from consent.actions.locking import lock_subjects
from consent.acts import Act
from consent.errors import ConsentRefused, SubjectErased, SubjectUnknown
from consent.folding import EventFact
from consent.join_changes import Preview
from consent.merging import Link, connected_since
from consent.models import ConsentEvent, Subject, SubjectLink
from consent.queries import groups, joins
from consent.queries.groups import Group
from keys import queries as keys

# Because each act of a joined person compiles all records, a group stays as large as a household.
LARGEST_GROUP = 50


@dataclass(frozen=True, slots=True)
class Joined:
    """The link, and the records that are one person now; `new` is False where it stood before.

    `changes` is the table of what the join changed; None after a parting.
    """

    link: SubjectLink
    members: tuple[UUID, ...]
    new: bool
    changes: Preview | None = None


def join(
    *,
    one: UUID,
    other: UUID,
    kind: str,
    by: str,
    at: datetime,
    evidence: str = "",
    shown: str | None = None,
) -> Joined:
    """Join two records as one person; joining again what is joined changes nothing.

    `shown` is the digest of the table that was shown before; where that is no longer what
    joining would do, nothing is joined. Raises SubjectUnknown, SubjectErased, ConsentRefused.
    """
    _check(one, other, kind)
    with transaction.atomic():
        locked = _locked([one, other])
        moment = _after_all(locked, at)
        changes = joins.preview(one=one, other=other, at=moment)
        standing = _standing_link(one, other)
        if standing is not None:
            return Joined(standing, tuple(sorted(locked)), new=False, changes=changes)
        _check_size(locked)
        _check_shown(changes, shown)
        first, second = sorted([one, other])
        link = SubjectLink.objects.create(
            id=uuid7(),
            one_id=first,
            other_id=second,
            kind=kind,
            by=by,
            evidence=evidence,
            joined_at=moment,
        )
        _regroup(locked, moment)
        _record_in_log(locked, "identity.joined", link, by, at)
        return Joined(link, tuple(sorted(locked)), new=True, changes=changes)


def part(*, link: UUID, by: str, at: datetime, reason: str = "") -> Joined:
    """End a link: each record has its own answers again, and what restricted it meanwhile.

    `reason` is why, in words for the people concerned; it stays out of the log. Raises
    ConsentRefused where there is no such link; ending it twice changes nothing.
    """
    with transaction.atomic():
        found = SubjectLink.objects.filter(pk=link).first()
        if found is None:
            raise ConsentRefused(
                "JOIN_UNKNOWN", "There is no such join.", fix="Use an id that the joins list."
            )
        locked = _locked([found.one_id, found.other_id])
        found.refresh_from_db()
        if found.ended_at is not None:
            return Joined(found, tuple(sorted(locked)), new=False)
        together = groups.group_of(locked)
        found.ended_at, found.ended_by = max(at, found.joined_at), by
        found.ended_reason = reason
        found.save(update_fields=["ended_at", "ended_by", "ended_reason"])
        _regroup(locked, at)
        _record_in_log(locked, "identity.parted", found, by, at)
        _keep_restrictions(together, found, by, at)
        return Joined(found, tuple(sorted(locked)), new=True)


def part_all(*, subject_id: UUID, by: str, at: datetime) -> None:
    """End every link of a record, as before its erasure, and forget why others ended."""
    for link in groups.links_of([subject_id]):
        part(link=link.pk, by=by, at=at)
    about = SubjectLink.objects.filter(Q(one=subject_id) | Q(other=subject_id))
    about.exclude(ended_reason="").update(ended_reason="")


def _check(one: UUID, other: UUID, kind: str) -> None:
    if one == other:
        raise ConsentRefused(
            "JOIN_WITH_ITSELF",
            "A record cannot be joined with itself.",
            fix="Name two different people.",
            pointer="/other",
        )
    if kind not in SubjectLink.Kind.values:
        raise ConsentRefused(
            "JOIN_KIND_UNKNOWN",
            "This is not a kind of join.",
            fix="Send one of: " + ", ".join(SubjectLink.Kind.values) + ".",
            pointer="/kind",
        )


def _locked(subject_ids: Collection[UUID]) -> dict[UUID, Subject]:
    locked = lock_subjects(subject_ids)
    if not set(subject_ids) <= set(locked):
        raise SubjectUnknown
    if any(locked[subject_id].status == Subject.Status.ERASED for subject_id in subject_ids):
        raise SubjectErased
    return locked


def _standing_link(one: UUID, other: UUID) -> SubjectLink | None:
    first, second = sorted([one, other])
    links = SubjectLink.objects.filter(one=first, other=second, ended_at__isnull=True)
    return links.first()


def _after_all(members: Collection[UUID], at: datetime) -> datetime:
    """A moment after everything said so far, by whatever clock it was said.

    Because a Yes of one record counts for the other only if it was said after they were joined.
    """
    said = ConsentEvent.objects.filter(subject_id__in=members).aggregate(last=Max("valid_from"))
    return at if said["last"] is None else max(at, said["last"] + timedelta(microseconds=1))


def _check_shown(changes: Preview, shown: str | None) -> None:
    if shown is not None and shown != changes.digest:
        raise ConsentRefused(
            "JOIN_CHANGED",
            "Something was said since the table was shown, so nothing was joined.",
            fix="Look at the table as it is now, and answer again.",
        )


def _check_size(members: Collection[UUID]) -> None:
    if len(members) > LARGEST_GROUP:
        raise ConsentRefused(
            "JOIN_TOO_LARGE",
            f"One person cannot have more than {LARGEST_GROUP} joined records.",
            fix="End joins that are not needed any more.",
        )


def _regroup(locked: dict[UUID, Subject], at: datetime) -> None:
    """Give each set of connected records one group id, and compile all of them anew."""
    together = groups.group_of(locked)
    for subject_id, subject in locked.items():
        connected = connected_since(subject_id, together.links)
        subject.group = min(connected, default=None)
        if subject.group is not None:
            subject.group = min(subject.group, subject_id)
    Subject.objects.bulk_update(locked.values(), ["group"])
    states.compile_together(together, at=at)


def _record_in_log(
    members: Collection[UUID], kind: str, link: SubjectLink, by: str, at: datetime
) -> None:
    # Because whose key is gone has no tag: an erasure repeated after a restore parts too.
    tags = keys.subject_tags(members, at=at)
    audit.append_many(
        [
            audit.prepare(
                kind=kind,
                at=at,
                tag=tags.get(member),
                facts={"join": str(link.pk), "kind": link.kind, "by": by, "records": len(members)},
            )
            for member in sorted(members)
        ]
    )


def _keep_restrictions(together: Group, ended: SubjectLink, by: str, at: datetime) -> None:
    """What restricted while the records were joined stays for each of them (fail closed)."""
    link = Link(ended.one_id, ended.other_id, ended.joined_at)
    kept = parting.carried(together.members, together.links, link)
    people = [
        PersonActs(member, [_carried(event, ended) for event in events])
        for member, events in kept.items()
    ]
    import_events(people=people, by=by, at=at)


def _carried(event: EventFact, ended: SubjectLink) -> PastAct:
    act = Act(
        state=event.state,
        purpose=event.purpose,
        attributes=event.attributes,
        channels=event.channels,
        recipient=event.recipient,
        method="parting",
        actor=event.actor,
        evidence=f"join:{ended.pk}",
        until=event.until,
    )
    return PastAct(act, valid_from=event.valid_from)
