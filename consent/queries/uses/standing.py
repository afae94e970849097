"""Everything that is used or asked of one person."""

from collections.abc import Sequence
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
    events = _events(subject_id)
    content = groups.compiled_now(subject, at=at).content
    return Standing(
        subject_id=subject_id,
        epoch=epoch,
        uses=uses_of(
            content,
            _last_answers(events),
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


def _events(subject_id: UUID) -> list[ConsentEvent]:
    found = ConsentEvent.objects.filter(subject_id=subject_id)
    return list(found.select_related("purpose", "notice").order_by("valid_from", "recorded_at"))


def _last_answers(events: Sequence[ConsentEvent]) -> dict[str, Answer]:
    """The last answer per purpose that was about all of it."""
    answers = {}
    for event in events:
        narrowed = event.attributes or event.channels or event.recipient_id
        if event.purpose is not None and not narrowed:
            answers[event.purpose.name] = answer_of(event)
    return answers


def answer_of(event: ConsentEvent) -> Answer:
    """A stored event (its notice loaded) as an answer."""
    return Answer(
        event=event.pk,
        state=event.state,
        at=event.valid_from,
        notice=event.notice.version if event.notice else None,
        attributes=tuple(event.attributes),
    )
