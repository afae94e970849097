"""Erasing a person (GDPR Art. 17): out of use at once, then holder by holder, the key last.

Each step's work and its end are one transaction, so that a killed worker leaves either both
or neither. After the first step there is no way back, only forward.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from consent.queries import standings
from keys.holding import Outcome
from profiles import doorbell, rights
from profiles.actions import moving, steps
from profiles.actions.steps import Claim
from profiles.models import Disclosure, RecipientNotice, Request, RequestStep
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
        plan = [(RECIPIENTS, NOTIFY)] + [(one.name, ERASE) for one in holders()]
        RequestStep.objects.bulk_create(
            RequestStep(request=request, position=position, holder=name, action=action)
            for position, (name, action) in enumerate(plan)
        )
    request.undo_until = None
    moving.move(request, rights.ACTING, by=by, at=at)
    doorbell.ring_on_commit(request.pk)


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
        else:
            outcome = holder(claim.step.holder).erase(request.subject_id, at=at)
        steps.finish(claim, rows=outcome.erased, result=_rendered(outcome), at=at)
        if not request.steps.exclude(state=RequestStep.State.DONE).exists():
            _complete(request, at=at)


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
    found = Disclosure.objects.filter(subject_id=request.subject_id)
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


def certificate(request: Request, *, at: datetime) -> dict[str, Any]:
    """What went, what is kept under which law and until when, and who is to be told."""
    erased = request.steps.filter(action=ERASE).order_by("position")
    return {
        "format": "sayso-erasure@1",
        "request": request.public_id,
        "received_at": request.received_at.isoformat(),
        "completed_at": at.isoformat(),
        "holders": [
            {"holder": step.holder, "erased": step.rows, "kept": step.result["kept"]}
            for step in erased
        ],
        "recipients": sorted(request.notices.values_list("recipient_id", flat=True)),
    }


def certificate_hash(content: dict[str, Any]) -> str:
    """SHA-256 (hex) over the certificate's canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
