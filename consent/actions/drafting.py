"""A notice on its way: drafted, proposed by one officer, approved by another, published."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from audit import actions as audit
from audit.bodies import Fact
from consent.actions import editions
from consent.actions.publishing import publish, write_words
from consent.errors import ConsentRefused
from consent.models import Notice, Purpose
from consent.notices.completeness import DETAILS
from consent.notices.wording import Wording
from consent.queries import drafts

SERVICE = "service"
LONGEST_REASON = 500
_EDITABLE = {Notice.State.DRAFT, Notice.State.REJECTED}


@dataclass(frozen=True, slots=True)
class Draft:
    """What an officer wrote. `details` are those of `completeness.DETAILS`."""

    wordings: Mapping[str, Wording]
    details: Mapping[str, str] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    valid_days: int | None = None


def save(*, purpose: str, draft: Draft, seen: str, by: str, at: datetime) -> Notice:
    """Keep a draft, whole or not; `seen` is the hash (hex) of the draft it was made from.

    Raises ConsentRefused: PURPOSE_UNKNOWN, NOTICE_STATE, NOTICE_MOVED.
    """
    with transaction.atomic():
        row = _locked(purpose)
        notice = drafts.in_work(row)
        if notice is not None and notice.state not in _EDITABLE:
            raise _not_now("It waits for approval; reject it first to change it.")
        _check_seen(notice, seen)
        notice = notice or Notice(purpose=row, version=_next_version(row), content_hash=b"")
        notice.state = Notice.State.DRAFT
        notice.valid_days = draft.valid_days
        notice.details = {name: draft.details[name] for name in DETAILS if draft.details.get(name)}
        notice.dropped = {
            code: why for code, why in draft.dropped.items() if code not in draft.wordings
        }
        notice.drafted_by = by
        notice.proposed_by = notice.approved_by = ""
        notice.proposed_at = notice.approved_at = notice.publish_at = None
        notice.save()
        notice.content_hash = write_words(notice, draft.wordings)
        notice.save(update_fields=["content_hash"])
        _record("notice.drafted", notice, row, by, at)
        editions.keep(at=at)
    return notice


def propose(*, purpose: str, material: bool, seen: str, by: str, at: datetime) -> Notice:
    """Put a draft before a second officer, who decides.

    Raises ConsentRefused: NOTICE_STATE, NOTICE_MOVED, NOTICE_INCOMPLETE with what it lacks,
    NOTICE_MATERIAL where more is asked than before and it is called not material.
    """
    with transaction.atomic():
        row, notice = _in_work(purpose, {Notice.State.DRAFT}, seen)
        _check_publishable(row, notice, material, at)
        notice.state = Notice.State.PROPOSED
        notice.material = material
        notice.proposed_by, notice.proposed_at = by, at
        notice.rejection = notice.rejected_by = ""
        notice.save()
        _record("notice.proposed", notice, row, by, at, material=material)
        editions.keep(at=at)
    return notice


def reject(*, purpose: str, reason: str, by: str, at: datetime) -> Notice:
    """Send a proposed or approved version back with a reason; it can be changed again.

    Raises ConsentRefused: NOTICE_STATE, REASON_MISSING.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise ConsentRefused(
            "REASON_MISSING",
            "A rejection says why.",
            fix=f"Write the reason in at most {LONGEST_REASON} characters.",
            pointer="/reason",
        )
    with transaction.atomic():
        row, notice = _in_work(purpose, {Notice.State.PROPOSED, Notice.State.APPROVED})
        _send_back(notice, row, reason.strip(), by, at)
        editions.keep(at=at)
    return notice


def approve(
    *, purpose: str, seen: str, by: str, at: datetime, publish_at: datetime | None = None
) -> Notice:
    """The second officer agrees; it is published now, or at `publish_at` by a task.

    Raises ConsentRefused: SECOND_PERSON_NEEDED for the one who proposed it, NOTICE_STATE,
    NOTICE_MOVED, NOTICE_INCOMPLETE, NOTICE_MATERIAL.
    """
    with transaction.atomic():
        row, notice = _in_work(purpose, {Notice.State.PROPOSED}, seen)
        if notice.proposed_by == by:
            raise ConsentRefused(
                "SECOND_PERSON_NEEDED",
                "Who proposed a notice cannot approve it.",
                fix="Ask another officer to read and approve it.",
                pointer="/by",
            )
        _check_publishable(row, notice, notice.material, at)
        notice.state = Notice.State.APPROVED
        notice.approved_by, notice.approved_at = by, at
        notice.publish_at = publish_at if publish_at and publish_at > at else at
        notice.save()
        _record("notice.approved", notice, row, by, at, publish_at=notice.publish_at.isoformat())
        if notice.publish_at <= at:
            _publish(notice, row, by, at)
        editions.keep(at=at)
    return notice


def publish_due(*, at: datetime) -> int:
    """Publish the approved versions whose time has come; how many were.

    What has become incomplete meanwhile goes back with a reason instead.
    """
    due = Notice.objects.filter(state=Notice.State.APPROVED, publish_at__lte=at)
    codes = list(due.order_by("publish_at").values_list("purpose__name", flat=True))
    return sum(_publish_one(code, at) for code in codes)


def _publish_one(purpose: str, at: datetime) -> bool:
    with transaction.atomic():
        row = _locked(purpose)
        notice = drafts.in_work(row)
        if notice is None or notice.state != Notice.State.APPROVED:
            return False
        try:
            _check_publishable(row, notice, notice.material, at)
        except ConsentRefused as refused:
            _send_back(notice, row, f"{refused.detail} {refused.fix}", SERVICE, at)
        else:
            _publish(notice, row, notice.approved_by, at)
        editions.keep(at=at)
    return notice.state == Notice.State.PUBLISHED


def _publish(notice: Notice, row: Purpose, by: str, at: datetime) -> None:
    terms = drafts.terms_of(row)
    publish(notice=notice, purpose=row, terms=terms, by=by, at=at, recorded_at=at)


def _locked(purpose: str) -> Purpose:
    """The purpose, locked: one writer of its notices at a time."""
    found = Purpose.objects.select_related("controller").select_for_update(of=("self",))
    row = found.filter(name=purpose).first()
    if row is None:
        raise ConsentRefused(
            "PURPOSE_UNKNOWN",
            "The catalogue has no such purpose.",
            fix="Choose one of the list.",
            pointer="/purpose",
        )
    return row


def _in_work(
    purpose: str, states: set[Notice.State], seen: str | None = None
) -> tuple[Purpose, Notice]:
    row = _locked(purpose)
    notice = drafts.in_work(row)
    if notice is None or notice.state not in states:
        raise _not_now("It has moved on since you saw it; look at its state.")
    if seen is not None:
        _check_seen(notice, seen)
    return row, notice


def _check_seen(notice: Notice | None, seen: str) -> None:
    """Because nobody agrees to words that were changed behind their back."""
    if notice is not None and bytes(notice.content_hash).hex() != seen:
        raise ConsentRefused(
            "NOTICE_MOVED",
            "Somebody changed this draft since you saw it.",
            fix="Read it again as it stands now.",
            pointer="/seen",
        )


def _check_publishable(row: Purpose, notice: Notice, material: bool, at: datetime) -> None:
    words = drafts.words_of(notice)
    found = drafts.findings(
        row,
        words=words,
        details=notice.details,
        dropped=notice.dropped,
        component=notice.component,
        at=at,
    )
    if found:
        raise ConsentRefused(
            "NOTICE_INCOMPLETE",
            "The notice lacks something that it must say: "
            + ", ".join(sorted({finding.code for finding in found})) + ".",
            fix="Mend what the list of findings names.",
            pointer=found[0].pointer,
        )  # fmt: skip
    must = drafts.suggestion(row, words).must
    if must and not material:
        raise ConsentRefused(
            "NOTICE_MATERIAL",
            "This asks for more than before, so an older Yes does not cover it: "
            + ", ".join(sorted({code for code, _ in must})) + ".",
            fix="Call it a material change.",
            pointer="/material",
        )  # fmt: skip


def _send_back(notice: Notice, row: Purpose, reason: str, by: str, at: datetime) -> None:
    notice.state = Notice.State.REJECTED
    notice.rejection, notice.rejected_by = reason[:LONGEST_REASON], by
    notice.approved_by, notice.approved_at, notice.publish_at = "", None, None
    notice.save()
    _record("notice.rejected", notice, row, by, at)


def _next_version(row: Purpose) -> int:
    newest = Notice.objects.filter(purpose=row).order_by("-version").first()
    return newest.version + 1 if newest else 1


def _not_now(fix: str) -> ConsentRefused:
    return ConsentRefused(
        "NOTICE_STATE", "This is not possible in the state of the notice.", fix=fix
    )


def _record(kind: str, notice: Notice, row: Purpose, by: str, at: datetime, **more: Fact) -> None:
    facts: dict[str, Fact] = {
        "by": by,
        "purpose": row.name,
        "version": notice.version,
        "hash": bytes(notice.content_hash).hex(),
    }
    audit.append(kind=kind, at=at, facts=facts | more)
