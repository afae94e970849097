"""Stop links: handing them out, and what a press on one does (RFC 8058, GDPR 7(3), 21(2))."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from audit.identifiers import uuid7
from consent.actions import recording
from consent.actions.locking import lock_subject
from consent.acts import Act
from consent.compiling import months_after
from consent.errors import ConsentRefused, SubjectErased
from consent.models import Purpose, StopLink, Subject
from consent.queries import states, stop_links
from keys import queries as keys

STOP_MONTHS = 24
MANAGE_FOR = timedelta(days=30)
METHOD = "stop_link"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a press ends: one purpose, perhaps on one channel, or (None) all advertising."""

    purpose: str | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """What came of a press: `receipt` where something was recorded, else it stood `since`."""

    scope: Scope
    since: datetime | None
    receipt: recording.Receipt | None = None


def issue(*, subject_id: UUID, kind: str, scope: Scope, by: str, at: datetime) -> StopLink:
    """Make a link; its token comes from `queries.stop_links.token_of` and is kept nowhere.

    Raises ConsentRefused for an unknown purpose, SubjectUnknown, SubjectErased.
    """
    with transaction.atomic():
        subject = lock_subject(subject_id)
        if subject.status == Subject.Status.ERASED:
            raise SubjectErased
        link_id = uuid7()
        link = StopLink.objects.create(
            id=link_id,
            digest=stop_links.digest_of(stop_links.token_of(link_id)),
            kind=kind,
            subject=subject,
            purpose=_purpose(scope),
            channel=scope.channel,
            issued_by=by,
            issued_at=at,
            expires_at=_end(kind, at),
        )
        audit.append(
            kind="stop_link.issued",
            at=at,
            tag=keys.subject_tag(subject_id, at=at),
            facts={"by": by, "link": str(link_id), "kind": kind, "purpose": scope.purpose},
        )
    return link


def revoke(*, subject_id: UUID, link_id: UUID, reason: str, by: str, at: datetime) -> None:
    """End a link of a person before its time; `reason` is a code.

    Raises ConsentRefused (STOP_LINK_ENDED) where the person has no such link any more.
    """
    with transaction.atomic():
        found = StopLink.objects.filter(pk=link_id, subject_id=subject_id, expires_at__gt=at)
        link = found.select_related("purpose").first()
        # Because of two who end it at once only one may say so.
        if link is None or not found.delete()[0]:
            raise ConsentRefused(
                "STOP_LINK_ENDED",
                "This link has ended already.",
                fix="Look at the links that are in force.",
                pointer="/link",
            )
        audit.append(
            kind="stop_link.revoked",
            at=at,
            tag=keys.subject_tag(subject_id, at=at),
            facts={
                "by": by,
                "link": str(link_id),
                "kind": link.kind,
                "purpose": scope_of(link).purpose,
                "reason": reason,
            },
        )


def _end(kind: str, at: datetime) -> datetime:
    return at + MANAGE_FOR if kind == StopLink.Kind.MANAGE else months_after(at, STOP_MONTHS)


def _purpose(scope: Scope) -> Purpose | None:
    if scope.purpose is None:
        return None
    purpose = Purpose.objects.filter(name=scope.purpose, retired_at__isnull=True).first()
    if purpose is None or not purpose.asked:
        raise ConsentRefused(
            "PURPOSE_UNKNOWN",
            "There is no such purpose that a person could stop.",
            fix="Use an asked purpose of GET /v1/purposes, or leave it out for all advertising.",
            pointer="/purpose",
        )
    return purpose


def scope_of(link: StopLink) -> Scope:
    """What a link names (its purpose loaded)."""
    return Scope(link.purpose.name if link.purpose else None, link.channel)


def stop(
    *, subject_id: UUID, scope: Scope, method: str, evidence: str = "", at: datetime
) -> Stopped:
    """Record the No to a scope at once; a repeated press writes nothing.

    All advertising is one objection (GDPR 21(2)-(3)): it ends every lane, on whatever basis
    and with or without an earlier answer. An erased person gets nothing any more anyway.
    """
    with transaction.atomic():
        subject = lock_subject(subject_id)
        if subject.status == Subject.Status.ERASED:
            return Stopped(scope, subject.erased_at)
        shape = states.read_state(subject_id).shape
        content = states.shape_content(shape) if shape is not None else None
        if content and stop_links.is_stopped(content, purpose=scope.purpose, channel=scope.channel):
            return Stopped(scope, stop_links.stopped_since(subject_id, purpose=scope.purpose))
        act = Act(
            state=_state(content, scope),
            purpose=scope.purpose,
            channels=(scope.channel,) if scope.channel and scope.purpose else (),
            method=method,
            evidence=evidence,
        )
        receipt = recording.record(subject_id=subject_id, act=act, by="portal", at=at)
    return Stopped(scope, at, receipt)


def _state(content: dict[str, object] | None, scope: Scope) -> str:
    if scope.purpose is None:
        return "objected"
    records = content["purposes"] if content else {}
    record = records.get(scope.purpose) if isinstance(records, dict) else None
    return "withdrawn" if record and record["status"] in {"Given", "RenewedGiven"} else "refused"


def press(*, link: StopLink, everything: bool, at: datetime) -> Stopped:
    """What a press on a link does: its scope, or all advertising."""
    return stop(
        subject_id=link.subject_id,
        scope=Scope() if everything else scope_of(link),
        method=METHOD,
        evidence=f"{METHOD}:{link.pk.hex}",
        at=at,
    )


def drop_expired(*, at: datetime) -> int:
    """Forget links that no longer do anything; how many went."""
    gone, _by_model = StopLink.objects.filter(expires_at__lte=at).delete()
    return gone
