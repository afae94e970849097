"""Everything that is used or asked of one person."""

from datetime import datetime
from uuid import UUID

from consent.errors import SubjectUnknown
from consent.models import ConsentEvent, Subject
from consent.queries import groups, precedence, states
from consent.queries.uses.cards import Answer, Standing, Use
from consent.queries.uses.each import uses_of


def standing(*, subject_id: UUID, language: str, at: datetime) -> Standing:
    """Everything the uses page shows of one person. Raises SubjectUnknown."""
    subject = Subject.objects.filter(pk=subject_id).first()
    if subject is None:
        raise SubjectUnknown
    epoch = states.read_state(subject_id).epoch or 0
    content = groups.content_now(subject, at=at)
    return Standing(
        subject_id=subject_id,
        epoch=epoch,
        uses=uses_of(
            content,
            _last_answers(subject_id),
            language,
            at,
            precedence.last_statements(subject_id),
        ),
        signal=content["gpc"],
        optouts=frozenset(content["optouts"]),
        objections=frozenset(content["objections"]),
        restricted=content["restricted"],
        erasing=content["erasure"] != "none",
    )


def catalogue_of_uses(*, language: str, at: datetime) -> tuple[Use, ...]:
    """The uses as they are for somebody we know nothing of: for the public notice."""
    return uses_of(None, {}, language, at)


def _last_answers(subject_id: UUID) -> dict[str, Answer]:
    """The last answer per purpose that was about all of it; the database gives no other."""
    found = ConsentEvent.objects.filter(
        subject_id=subject_id, purpose__isnull=False, attributes=[], channels=[], recipient=None
    ).select_related("purpose", "notice")
    last = found.order_by("purpose_id", "-valid_from", "-recorded_at").distinct("purpose_id")
    return {event.purpose.name: answer_of(event) for event in last if event.purpose is not None}


def answer_of(event: ConsentEvent) -> Answer:
    """A stored event (its notice loaded) as an answer."""
    return Answer(
        event=event.pk,
        state=event.state,
        at=event.valid_from,
        notice=event.notice.version if event.notice else None,
        attributes=tuple(event.attributes),
    )
