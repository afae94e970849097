"""Putting together what the documents of one consent event say, for one reader."""

from base64 import b64encode
from datetime import datetime
from uuid import UUID

from django.conf import settings

from audit import queries as log
from audit.errors import EventUnknown, LogDamaged, NotSequencedYet
from consent.catalogue import basis_for
from consent.documents import (
    DataCategory,
    EventFacts,
    NoticeFacts,
    Party,
    PurposeFacts,
    proved,
    readable,
    tokens,
)
from consent.documents.facts import EVERYTHING
from consent.models import Attribute, ConsentEvent, Controller, NoticeText, Purpose, Recipient
from consent.queries import catalogue as catalogues
from consent.queries import names
from consent.queries.signing import signed
from consent.queries.viewing import Viewer, visible
from consent.transfers import law_of


def facts_of(
    event: UUID,
    *,
    viewer: Viewer,
    language: str,
    at: datetime,
    subject_id: UUID | None = None,
) -> EventFacts | None:
    """The facts of one event; None where there is none that this viewer may see.

    With `subject_id` only an event of this person counts.
    """
    rows = visible(viewer, ConsentEvent.objects.filter(pk=event))
    if subject_id is not None:
        rows = rows.filter(subject_id=subject_id)
    row = rows.select_related("subject", "purpose__controller", "notice").first()
    if row is None:
        return None
    purpose = _purpose(row, viewer, language)
    return EventFacts(
        id=row.pk,
        log_event=row.log_event,
        person=viewer.name_of(row.subject_id),
        state=row.state,
        purposes=(purpose,),
        attributes=tuple(row.attributes),
        channels=tuple(row.channels),
        recipient=row.recipient_id,
        consent_types=tuple(row.consent_types),
        notice=_notice(row),
        shown_at=row.shown_at,
        method=row.method,
        actor=row.actor,
        evidence=row.evidence if viewer.first_party else "",
        source=row.source_id if viewer.first_party else None,
        valid_from=row.valid_from,
        expires_at=row.expires_at,
        recorded_at=row.recorded_at,
        jurisdictions=_laws(row, purpose.controller, viewer),
        language=language,
        site=settings.BASE_URL,
        as_of=at,
    )


def receipt_token(facts: EventFacts, *, with_entry: bool) -> str:
    """The signed receipt; `with_entry`: with the bytes of the log entry, so that it checks alone.

    They carry the person's mark of that month, which third parties could join on.
    """
    log_member = proved.log_member(facts, log_proof(facts, with_entry=with_entry))
    return signed(tokens.claims(facts, log_member))


def log_proof(facts: EventFacts, *, with_entry: bool) -> proved.LogProof | None:
    """The proof of the log entry, None until it is sealed; `with_entry` as in `receipt_token`."""
    try:
        found = log.proof(facts.log_event)
    except (NotSequencedYet, EventUnknown, LogDamaged):
        # Because a receipt without its proof is still signed, and says where the proof will be.
        return None
    return proved.LogProof(
        text=found.text(),
        leaf_hash=b64encode(found.leaf_hash).decode(),
        body=b64encode(found.body).decode() if with_entry else None,
    )


def _laws(row: ConsentEvent, controller: Party, viewer: Viewer) -> tuple[str, ...]:
    if viewer.first_party and row.subject.jurisdictions:
        return tuple(row.subject.jurisdictions)
    # Because where somebody lives is not told to those who were not given it.
    return (law_of(controller.country),)


def _purpose(row: ConsentEvent, viewer: Viewer, language: str) -> PurposeFacts:
    if row.purpose is None:
        return PurposeFacts(
            code=EVERYTHING,
            name=readable.everything(language),
            purpose_class="",
            dpv="",
            controller=_controller(Controller.objects.order_by("-is_main", "code")[0]),
        )
    purpose = row.purpose
    controller = _controller(purpose.controller)
    entry = catalogues.catalogue().purposes[purpose.name]
    found = ((law, basis_for(entry, law, row.valid_from)) for law in _laws(row, controller, viewer))
    return PurposeFacts(
        code=purpose.name,
        name=names.names().purpose(purpose.name, language),
        purpose_class=purpose.purpose_class,
        dpv=purpose.dpv,
        controller=controller,
        bases=tuple((law, basis.basis) for law, basis in found if basis is not None),
        data=_data(row.attributes or purpose.attributes, language),
        recipients=_recipients(row, purpose),
        retention_days=purpose.retention_days,
    )


def _controller(row: Controller) -> Party:
    return Party(row.code, row.name, "controller", row.country, row.contact)


def _data(codes: list[str], language: str) -> tuple[DataCategory, ...]:
    called = names.names()
    return tuple(
        DataCategory(row.code, called.attribute(row.code, language), row.dpv, row.data_class)
        for row in Attribute.objects.filter(code__in=codes).order_by("code")
    )


def _recipients(row: ConsentEvent, purpose: Purpose) -> tuple[Party, ...]:
    granted = Recipient.objects.filter(grants__purpose=purpose)
    if row.recipient_id is not None:
        granted = granted.filter(pk=row.recipient_id)
    others = granted.exclude(role=Recipient.Role.FIRST_PARTY).order_by("code")
    return tuple(
        Party(found.code, found.name, found.role, found.country, found.contact) for found in others
    )


def _notice(row: ConsentEvent) -> NoticeFacts | None:
    if row.notice is None or row.purpose is None:
        return None
    text = NoticeText.objects.filter(notice=row.notice, language=row.language).first()
    if text is None:
        return None
    return NoticeFacts(
        name=f"{row.purpose.name}@{row.notice.version}",
        language=text.language,
        title=text.title,
        rows=tuple(text.rows.items()),
        words_hash=bytes(text.content_hash).hex(),
        notice_hash=bytes(row.notice.content_hash).hex(),
        published_at=row.notice.published_at,
    )
