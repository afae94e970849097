"""Erasing a person (GDPR Art. 17): out of use at once, then holder by holder, the key last.

Each step's work and its end are one transaction, so that a killed worker leaves either both
or neither. After the first step there is no way back, only forward. Devices that are the
person's alone go before the person, while the joins still say whose they are.
"""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from consent.actions.locking import lock_subjects
from consent.queries import standings
from keys.holding import Outcome
from profiles import doorbell, rights
from profiles.actions import moving, restoring, steps
from profiles.actions.steps import Claim
from profiles.models import Disclosure, RecipientNotice, Request, RequestStep
from profiles.queries.devices import devices_of
from profiles.queries.holders import holder, holders

NOTIFY = "notify"
ERASE = "erase"
RECIPIENTS = "recipients"
ENDED_WITH_THE_PERSON = "PERSON_ERASED"


class OnHold(Exception):
    """A legal hold began after the erasure did; nothing more is destroyed until it ends."""


def begin(request: Request, *, by: str, at: datetime) -> None:
    """Start a locked erasure whose undo window is over, or hand it to an officer under a hold."""
    if standings.standing_of(request.subject_id).held:
        if request.state != rights.REVIEWING:
            moving.move(request, rights.REVIEWING, by=by, at=at, reason_code=rights.LEGAL_HOLD)
        return
    _end_other_requests(request, at=at)
    if not request.steps.exists():
        RequestStep.objects.bulk_create(_plan(request))
    request.undo_until = None
    moving.move(request, rights.ACTING, by=by, at=at)
    doorbell.ring_on_commit(request.pk)


def _plan(request: Request) -> list[RequestStep]:
    """Who must be told, then every holder for each device, then every holder for the person."""
    records: list[UUID | None] = [*devices_of(request.subject_id), None]
    plan: list[tuple[str, str, UUID | None]] = [(RECIPIENTS, NOTIFY, None)]
    plan += [(one.name, ERASE, record) for record in records for one in holders()]
    return [
        RequestStep(request=request, position=position, holder=name, action=action, joined=record)
        for position, (name, action, record) in enumerate(plan)
    ]


def _end_other_requests(request: Request, *, at: datetime) -> None:
    """What was asked about the data ends with them; a complaint does not."""
    others = Request.objects.select_for_update().filter(
        subject_id=request.subject_id, state__in=rights.OPEN
    )
    for other in others.exclude(pk=request.pk).exclude(right=rights.COMPLAINT):
        moving.move(other, rights.CANCELLED, by="worker", at=at, reason_code=ENDED_WITH_THE_PERSON)


def run(claim: Claim, *, at: datetime) -> None:
    """Do one step. Raises OnHold; LeaseLost, with everything of this step rolled back."""
    request = claim.request
    with transaction.atomic(), translation.override(request.language):
        # Because after the consents are gone a hold cannot be placed any more.
        if standings.standing_of(request.subject_id).held:
            raise OnHold
        if claim.step.action == NOTIFY:
            outcome = _note_recipients(request, at=at)
        elif claim.step.joined is not None:
            outcome = _erase_device(claim.step, claim.step.joined, at=at)
        else:
            outcome = holder(claim.step.holder).erase(request.subject_id, at=at)
        steps.finish(claim, rows=outcome.erased, result=_rendered(outcome), at=at)
        if not request.steps.exclude(state=RequestStep.State.DONE).exists():
            _complete(request, at=at)


def _erase_device(step: RequestStep, device: UUID, *, at: datetime) -> Outcome:
    """Erase one device, unless it was joined to somebody else since the plan was made."""
    # Because nobody may join it elsewhere between the question and the deed.
    lock_subjects([device, step.request.subject_id])
    standing = standings.standing_of(device)
    if standing.held:
        raise OnHold
    if not standing.erased and device not in devices_of(step.request.subject_id):
        return Outcome(step.holder, 0)
    return holder(step.holder).erase(device, at=at)


def _rendered(outcome: Outcome) -> dict[str, Any]:
    return {
        "kept": [
            {
                "what": str(kept.what),
                "why": str(kept.why),
                "until": kept.until.date().isoformat() if kept.until else None,
            }
            for kept in outcome.kept
        ]
    }


def _note_recipients(request: Request, *, at: datetime) -> Outcome:
    """Write down who must hear of it (GDPR Art. 19), while it is still known who received what."""
    received: dict[str, tuple[set[str], set[str]]] = {}
    devices = request.steps.exclude(joined=None).values_list("joined", flat=True)
    found = Disclosure.objects.filter(subject_id__in={request.subject_id, *devices})
    for row in found.iterator(chunk_size=1000):
        purposes, attributes = received.setdefault(row.recipient_id, (set(), set()))
        purposes.add(row.purpose)
        attributes.update(row.attributes)
    for recipient, (purposes, attributes) in sorted(received.items()):
        RecipientNotice.objects.get_or_create(
            request=request,
            recipient_id=recipient,
            defaults={
                "purposes": sorted(purposes),
                "attributes": sorted(attributes),
                "noted_at": at,
            },
        )
    return Outcome(RECIPIENTS, len(received))


def _complete(request: Request, *, at: datetime) -> None:
    """Every holder has said so: write the certificate, and put its hash on record."""
    locked = moving.lock(request.pk)
    locked.certificate = certificate(locked, at=at)
    erased = {one["holder"]: one["erased"] for one in locked.certificate["holders"]}
    moving.move(
        locked,
        rights.COMPLETE,
        by="worker",
        at=at,
        facts={"erased": erased, "certificate": certificate_hash(locked.certificate)},
    )
    # Because a database from before this moment must not serve again unnoticed.
    restoring.raise_marks()


def certificate(request: Request, *, at: datetime) -> dict[str, Any]:
    """What went, what is kept under which law and until when, and who is to be told."""
    steps = list(request.steps.filter(action=ERASE).order_by("position"))
    own = [step for step in steps if step.joined is None]
    return {
        "format": "sayso-erasure@1",
        "request": request.public_id,
        "received_at": request.received_at.isoformat(),
        "completed_at": at.isoformat(),
        "devices": len({step.joined for step in steps if step.joined is not None and step.rows}),
        "holders": [_by_holder(step.holder, steps) for step in own],
        "recipients": sorted(request.notices.values_list("recipient_id", flat=True)),
    }


def _by_holder(name: str, steps: list[RequestStep]) -> dict[str, Any]:
    """What one holder erased of the person and their devices together, and what it keeps."""
    mine = [step for step in steps if step.holder == name]
    kept: list[dict[str, Any]] = []
    for step in mine:
        kept += [one for one in step.result["kept"] if one not in kept]
    return {"holder": name, "erased": sum(step.rows for step in mine), "kept": kept}


def certificate_hash(content: dict[str, Any]) -> str:
    """SHA-256 (hex) over the certificate's canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
