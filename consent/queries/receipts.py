"""Receipts: what was said, when, and in answer to exactly which words (ISO/IEC TS 27560)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from consent.models import ConsentEvent, NoticeText
from consent.queries.uses import Wording, wording_of

PAGE = 25


@dataclass(frozen=True, slots=True)
class ReceiptCard:
    """One recorded act. `words` is the wording that was shown, `words_hash` its SHA-256 (hex).

    `number` is the short form that people can read out; `event` is the whole identifier.
    """

    event: UUID
    number: str
    state: str
    purpose: str | None
    attributes: tuple[str, ...]
    channels: tuple[str, ...]
    recipient: str | None
    at: datetime
    recorded_at: datetime
    expires_at: datetime | None
    method: str
    actor: str
    source: str | None
    language: str
    words: Wording | None
    words_hash: str
    log_event: UUID


def number_of(event: UUID) -> str:
    """`R-1a2b-3c4d-5e6f`: the random end of the identifier, for people to quote."""
    end = event.hex[-12:]
    return f"R-{end[:4]}-{end[4:8]}-{end[8:]}".upper()


def receipts_of(*, subject_id: UUID, page: int = 1) -> tuple[list[ReceiptCard], bool]:
    """A person's receipts, newest first, 25 to a page; whether there are older ones."""
    start = (max(page, 1) - 1) * PAGE
    found = list(_events(subject_id)[start : start + PAGE + 1])
    return _cards(found[:PAGE]), len(found) > PAGE


def receipt(*, subject_id: UUID, event: UUID) -> ReceiptCard | None:
    """One receipt of this person; None where it is somebody else's or nobody's."""
    found = list(_events(subject_id).filter(pk=event))
    return _cards(found)[0] if found else None


def _events(subject_id: UUID) -> QuerySet[ConsentEvent]:
    found = ConsentEvent.objects.filter(subject_id=subject_id)
    return found.select_related("purpose", "notice").order_by("-valid_from", "-recorded_at", "-id")


def _cards(events: list[ConsentEvent]) -> list[ReceiptCard]:
    notices = {event.notice_id for event in events if event.notice_id}
    texts = NoticeText.objects.filter(notice__in=notices).select_related("notice__purpose")
    words = {(text.notice_id, text.language): text for text in texts}
    return [_card(event, words.get((event.notice_id or 0, event.language))) for event in events]


def _card(event: ConsentEvent, text: NoticeText | None) -> ReceiptCard:
    return ReceiptCard(
        event=event.pk,
        number=number_of(event.pk),
        state=event.state,
        purpose=event.purpose.name if event.purpose else None,
        attributes=tuple(event.attributes),
        channels=tuple(event.channels),
        recipient=event.recipient_id,
        at=event.valid_from,
        recorded_at=event.recorded_at,
        expires_at=event.expires_at,
        method=event.method,
        actor=event.actor,
        source=event.source_id,
        language=event.language,
        words=wording_of(text) if text else None,
        words_hash=bytes(text.content_hash).hex() if text else "",
        log_event=event.log_event,
    )
