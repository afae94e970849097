"""The second step of a Yes: double opt-in by a mailed link, and opting in again after a No.

A link names the Yes that waits; it proves that whoever was written to has read it. Opting in
after an opt-out takes two separate steps (11 CCR 7028(a)); so does a young person's opt-in
(7071). Both are signed notes that hold nothing about the person but the waiting event's number.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction

from consent.actions import locking, recording, states
from consent.actions.recording import Receipt
from consent.acts import Act
from consent.errors import ConsentRefused, SubjectErased, SubjectUnknown
from consent.models import ConsentEvent

CONFIRM_WITHIN = timedelta(days=7)
SECOND_STEP_WITHIN = timedelta(minutes=15)
_links = signing.Signer(salt="consent.confirmation")
_steps = signing.TimestampSigner(salt="consent.second-step")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A Yes that waits for its confirmation. `state`: waiting, confirmed, over or too_late."""

    event: ConsentEvent
    state: str

    @property
    def until(self) -> datetime:
        """When the link stops working."""
        return self.event.recorded_at + CONFIRM_WITHIN


def confirmation_token(event: UUID) -> str:
    """What a confirmation link carries; the same each time for one event."""
    return _links.sign(event.hex)


def waiting_of(token: str, *, at: datetime) -> Waiting | None:
    """The Yes a link is about and how it stands; None for a link that is none of ours."""
    try:
        event_id = UUID(_links.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    found = ConsentEvent.objects.filter(pk=event_id, state="waiting")
    event = found.select_related("purpose", "notice").first()
    return Waiting(event, _state_of(event, at)) if event is not None else None


def _state_of(event: ConsentEvent, at: datetime) -> str:
    if ConsentEvent.objects.filter(subject_id=event.subject_id, confirms=event.pk).exists():
        return "confirmed"
    record = states.standing_of(event.subject_id).records.get(purpose_of(event))
    if record is None or record.pending is None or record.pending.id != event.pk:
        return "over"
    return "too_late" if at > event.recorded_at + CONFIRM_WITHIN else "waiting"


def purpose_of(event: ConsentEvent) -> str:
    """The name of the purpose that a waiting Yes is about."""
    if event.purpose is None:
        raise ValueError("A waiting Yes names its purpose.")
    return event.purpose.name


def confirm(*, token: str, at: datetime) -> Receipt | None:
    """Record the confirmation, from now on in force; None where it was confirmed before.

    Raises ConsentRefused for a link that is unknown, too old, or overtaken by another answer.
    """
    with transaction.atomic():
        waiting = waiting_of(token, at=at)
        if waiting is None:
            raise ConsentRefused(
                "CONFIRMATION_UNKNOWN",
                "This link is not one of ours.",
                fix="Open the whole link from the newest message.",
            )
        try:
            locking.lock_subject(waiting.event.subject_id)
        except SubjectUnknown:
            raise SubjectErased from None
        state = _state_of(waiting.event, at)
        if state == "confirmed":
            return None
        if state != "waiting":
            raise ConsentRefused(
                "CONFIRMATION_OVER",
                "There is nothing to confirm any more; no answer means No.",
                fix="Give the answer anew if it is still wanted.",
            )
        return _record(waiting.event, at)


def _record(event: ConsentEvent, at: datetime) -> Receipt:
    act = Act(
        state="confirmed",
        purpose=purpose_of(event),
        attributes=tuple(event.attributes),
        channels=tuple(event.channels),
        recipient=event.recipient_id,
        consent_types=tuple(dict.fromkeys([*event.consent_types, "two_step"])),
        notice=event.notice.version if event.notice else None,
        language=event.language,
        # Because what is confirmed are the words that were shown when the Yes was said.
        shown_at=event.shown_at or event.valid_from,
        method="confirmation_link",
        actor=event.actor,
        evidence=event.evidence,
        confirms=event.pk,
    )
    return recording.record(subject_id=event.subject_id, act=act, by="portal", at=at)


def second_step_token(*, subject_id: UUID, act: Act) -> str:
    """What the second step must bring along: this person, this answer, within 15 minutes."""
    return _steps.sign_object(_answer(subject_id, act))


def is_second_step(token: str, *, subject_id: UUID, act: Act) -> bool:
    """Whether `token` was given for the same answer of the same person a short while ago."""
    try:
        answer = _steps.unsign_object(token, max_age=SECOND_STEP_WITHIN)
    except (signing.BadSignature, ValueError):
        return False
    return bool(answer == _answer(subject_id, act))


def _answer(subject_id: UUID, act: Act) -> list[object]:
    return [
        subject_id.hex, act.purpose, sorted(act.attributes), sorted(act.channels), act.recipient,
        act.notice, act.language,
    ]  # fmt: skip
