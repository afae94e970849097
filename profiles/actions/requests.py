"""Opening requests and moving them on: the acts of people, partners and officers.

What restricts takes effect with the request itself; what takes time becomes steps that a
worker fulfils; what needs judgement waits for an officer, with its due dates.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from consent.actions import recording
from consent.actions.locking import lock_subject
from consent.acts import Act
from consent.errors import SubjectErased
from consent.queries import catalogue as catalogues
from consent.queries import names, standings
from keys import envelope
from keys import queries as keys
from profiles import clocks, doorbell, rights
from profiles.actions import erasing, exporting, moving
from profiles.boxes import binding_of_text
from profiles.errors import NotPossibleNow, RequestRefused, SecondPersonNeeded
from profiles.models import Request, RequestStep, User

PORTAL = "portal"
LONGEST_TEXT = 5000


def open_request(
    *,
    subject_id: UUID,
    right: str,
    by: str,
    at: datetime,
    undo: bool = True,
    purpose: str | None = None,
    text: str = "",
) -> Request:
    """Receive a request and set it going; the same open request is given again, not doubled.

    `by` is a recipient code, `portal` or an officer's id. `undo=False` skips the undo window of
    an erasure, also of one already open. `purpose` says what is objected to (none: marketing),
    `text` is what the person wrote. Raises RequestRefused, consent.errors.ConsentRefused,
    SubjectUnknown, SubjectErased.
    """
    _check(right, text)
    with transaction.atomic():
        subject = lock_subject(subject_id)
        if subject.status == subject.Status.ERASED:
            raise SubjectErased
        standing = _same_open(subject_id, right, text)
        if standing is not None:
            if right == rights.ERASURE and not undo:
                _skip_undo(standing, by=by, at=at)
            return standing
        request = _receive(subject_id, right, by, at, purpose, text)
        if _must_verify(request):
            moving.move(request, rights.VERIFYING, by=by, at=at)
        else:
            _start(request, by=by, at=at, undo=undo)
        return request


def _check(right: str, text: str) -> None:
    if right not in rights.RIGHTS:
        raise RequestRefused(
            "RIGHT_UNKNOWN",
            "There is no such right.",
            fix="Send one of: " + ", ".join(rights.RIGHTS) + ".",
            pointer="/right",
        )
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise RequestRefused(
            "TEXT_NOT_ACCEPTED",
            f"A text may have {LONGEST_TEXT} characters, none of them NUL.",
            fix="Send a shorter text.",
            pointer="/text",
        )


def _same_open(subject_id: UUID, right: str, text: str) -> Request | None:
    """An open request of the same right that says nothing else: asking twice is one request."""
    if text:
        return None
    found = Request.objects.select_for_update().filter(
        subject_id=subject_id, right=right, state__in=rights.OPEN, note=None
    )
    return found.order_by("received_at").first()


def _receive(
    subject_id: UUID, right: str, by: str, at: datetime, purpose: str | None, text: str
) -> Request:
    jurisdictions = standings.standing_of(subject_id).jurisdictions
    controller = names.controllers()[0]
    due = clocks.request_due(
        right=right,
        jurisdictions=jurisdictions,
        start=clocks.Start(clocks.local_day(at, settings.CONTROLLER_TIME_ZONE), controller.country),
    )
    request = Request(
        subject_id=subject_id,
        right=right,
        jurisdictions=list(jurisdictions),
        clock=due.clock,
        received_at=at,
        due_strict=due.strict,
        due_latest=due.latest,
        opened_by=by,
        purpose=purpose or "",
        language=_language(subject_id),
    )
    if text:
        request.note = _seal(request, "note", text)
    request.save(force_insert=True)
    moving.note(
        request,
        kind="request.opened",
        by=by,
        at=at,
        facts={"clock": due.clock, "due": due.strict.isoformat()},
    )
    return request


def _language(subject_id: UUID) -> str:
    found = User.objects.filter(subject_id=subject_id).values_list("language", flat=True).first()
    return found or settings.LANGUAGE_CODE


def _seal(request: Request, field: str, text: str) -> bytes:
    key = keys.data_key(request.subject_id)
    return envelope.seal(key, text.encode(), aad=binding_of_text(request.pk, field))


def _must_verify(request: Request) -> bool:
    """Whether an officer must first see that this is the person (GDPR Art. 12(6)).

    Never for what only restricts: that needs no proof of who asks (11 CCR 7026(d), 7060(b)).
    """
    recipient = catalogues.catalogue().recipients.get(request.opened_by)
    third_party = recipient is not None and recipient.role == "third_party"
    return third_party and request.right not in rights.IMMEDIATE


def _start(request: Request, *, by: str, at: datetime, undo: bool) -> None:
    if request.right in rights.EXPORTED:
        exporting.begin(request, by=by, at=at)
    elif request.right == rights.ERASURE:
        _start_erasure(request, by=by, at=at, undo=undo)
    elif request.right in rights.IMMEDIATE:
        _take_effect(request, by=by, at=at)
    else:
        moving.move(request, rights.REVIEWING, by=by, at=at, reason_code=rights.FOR_A_PERSON)


def _start_erasure(request: Request, *, by: str, at: datetime, undo: bool) -> None:
    """Out of use now; out of storage when the undo window ends."""
    _record(request, "erasure_pending", by=by, at=at)
    if undo and settings.ERASURE_UNDO_HOURS > 0:
        request.undo_until = at + timedelta(hours=settings.ERASURE_UNDO_HOURS)
        if request.state == rights.RECEIVED:
            request.save(update_fields=["undo_until"])
        else:
            moving.move(request, rights.RECEIVED, by=by, at=at)
        return
    erasing.begin(request, by=by, at=at)


def _take_effect(request: Request, *, by: str, at: datetime) -> None:
    state = "restricted" if request.right == rights.RESTRICTION else "objected"
    _record(request, state, by=by, at=at)
    moving.move(request, rights.COMPLETE, by=by, at=at)


def _record(request: Request, state: str, *, by: str, at: datetime) -> None:
    """Put into the consents what a request means for every use, from this commit on."""
    from_recipient = by in catalogues.catalogue().recipients
    method = "portal" if by == PORTAL else "api" if from_recipient else "officer"
    act = Act(
        state=state,
        purpose=request.purpose or None if state == "objected" else None,
        method=method,
        actor="person",
        evidence=request.public_id,
    )
    recording.record(
        subject_id=request.subject_id,
        act=act,
        by=by,
        at=at,
        source=by if from_recipient else None,
    )


def _skip_undo(request: Request, *, by: str, at: datetime) -> None:
    if request.state == rights.RECEIVED:
        erasing.begin(request, by=by, at=at)


def begin_due_erasures(*, at: datetime) -> int:
    """Start every erasure whose undo window has ended; how many."""
    due = Request.objects.filter(
        right=rights.ERASURE, state=rights.RECEIVED, undo_until__lte=at
    ).values_list("pk", flat=True)
    started = 0
    for request_id in list(due):
        with transaction.atomic():
            request = moving.lock(request_id)
            if request.state == rights.RECEIVED:
                erasing.begin(request, by="worker", at=at)
                started += 1
    return started


def verify(*, request_id: UUID, by: str, at: datetime, undo: bool = True) -> Request:
    """An officer has seen that it is the person: set the request going.

    Raises RequestUnknown, rights.IllegalTransition.
    """
    with transaction.atomic():
        request = moving.lock(request_id)
        if request.state != rights.VERIFYING:
            raise NotPossibleNow("It waits for no verification.", fix="Reload the request.")
        moving.note(request, kind="request.verified", by=by, at=at)
        _start(request, by=by, at=at, undo=undo)
        return request


def cancel(*, request_id: UUID, by: str, at: datetime) -> Request:
    """Take a request back; a cancelled erasure puts the data back into use as before.

    Raises RequestUnknown, NotPossibleNow once something was destroyed or the request ended.
    """
    with transaction.atomic():
        request = moving.lock(request_id)
        if not can_be_cancelled(request):
            raise NotPossibleNow(
                "This request cannot be taken back any more.", fix="Reload it to see its state."
            )
        erasing_now = request.right == rights.ERASURE and request.state != rights.VERIFYING
        moving.move(request, rights.CANCELLED, by=by, at=at)
        if erasing_now:
            _record(request, "erasure_cancelled", by=by, at=at)
        return request


def can_be_cancelled(request: Request) -> bool:
    """Whether the person may still take it back: nothing of an erasure may have been done."""
    if not rights.can_cancel(right=request.right, state=request.state):
        return False
    begun = request.right == rights.ERASURE and request.steps.exclude(
        state=RequestStep.State.WAITING, attempts=0
    )
    return not (begun and begun.exists())


def complete_by_officer(*, request_id: UUID, text: str, by: str, at: datetime) -> Request:
    """An officer has done what was asked and tells the person in `text`.

    Raises RequestUnknown, NotPossibleNow for a request that steps fulfil.
    """
    with transaction.atomic():
        request = moving.lock(request_id)
        if request.right not in rights.BY_OFFICER:
            raise NotPossibleNow(
                "This request is fulfilled by its steps, not by an officer.",
                fix="Resume it, or prepare a refusal.",
            )
        _check(request.right, text)
        request.answer = _seal(request, "answer", json.dumps({"text": text, "route": ""}))
        moving.move(request, rights.COMPLETE, by=by, at=at)
        return request


def prepare_refusal(
    *, request_id: UUID, reason_code: str, text: str, route: str, by: str, at: datetime
) -> Request:
    """Propose a refusal: reason, words to the person, and where to complain (GDPR Art. 12(4)).

    It takes effect when another officer approves it with `refuse`. Raises RequestRefused.
    """
    if reason_code not in rights.REFUSALS:
        raise RequestRefused(
            "REASON_UNKNOWN",
            "A refusal names one of the reasons the law knows.",
            fix="Send one of: " + ", ".join(sorted(rights.REFUSALS)) + ".",
            pointer="/reason_code",
        )
    for name, value in (("text", text), ("route", route)):
        if not value.strip():
            raise RequestRefused(
                "REFUSAL_INCOMPLETE",
                "A refusal says why, and where the person can complain.",
                fix="Fill in both.",
                pointer=f"/{name}",
            )
    with transaction.atomic():
        request = moving.lock(request_id)
        if rights.REFUSED not in rights.TRANSITIONS[request.state]:
            raise NotPossibleNow(
                "Only a request that an officer is looking at can be refused.",
                fix="Reload it to see its state.",
            )
        _check(request.right, text + route)
        request.answer = _seal(request, "answer", json.dumps({"text": text, "route": route}))
        request.reason_code = reason_code
        request.prepared_by = by
        request.save()
        moving.note(request, kind="request.refusal_prepared", by=by, at=at, reason_code=reason_code)
        return request


def refuse(*, request_id: UUID, by: str, at: datetime) -> Request:
    """Approve the prepared refusal; a refused erasure puts the data back into use.

    Raises SecondPersonNeeded, NotPossibleNow where none was prepared.
    """
    with transaction.atomic():
        request = moving.lock(request_id)
        if not request.prepared_by or request.reason_code not in rights.REFUSALS:
            raise NotPossibleNow("No refusal was prepared.", fix="Prepare one first.")
        if request.prepared_by == by:
            raise SecondPersonNeeded
        pending = request.right == rights.ERASURE and request.state == rights.REVIEWING
        if pending and request.steps.filter(state=RequestStep.State.DONE).exists():
            raise NotPossibleNow("Data were already destroyed.", fix="Resume the erasure.")
        moving.move(request, rights.REFUSED, by=by, at=at, reason_code=request.reason_code)
        if pending:
            _record(request, "erasure_cancelled", by=by, at=at)
        return request


def resume(*, request_id: UUID, by: str, at: datetime) -> Request:
    """Set a request going again that waits for an officer: a hold has ended, a fault is mended.

    Raises NotPossibleNow while the hold stands, and for what only an officer can do.
    """
    with transaction.atomic():
        request = moving.lock(request_id)
        if request.state != rights.REVIEWING or request.right in rights.BY_OFFICER:
            raise NotPossibleNow("There is nothing to resume.", fix="Reload the request.")
        if request.right == rights.ERASURE and standings.standing_of(request.subject_id).held:
            raise NotPossibleNow("A legal hold stands.", fix="Release the hold first.")
        request.steps.filter(state=RequestStep.State.FAILED).update(
            state=RequestStep.State.WAITING, attempts=0, error_code=""
        )
        if request.right == rights.ERASURE:
            erasing.begin(request, by=by, at=at)
        else:
            moving.move(request, rights.COLLECTING, by=by, at=at)
            doorbell.ring_on_commit(request.pk)
        return request
