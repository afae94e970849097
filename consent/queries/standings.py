"""Where a person stands as a whole: what rights and erasure need to know before they act."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from consent.errors import SubjectUnknown
from consent.models import ConsentEvent, Subject
from consent.queries import states


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """One person: `since` when anything is on record, `hold` no, yes or hold_only.

    `erasure` is none, pending or done.
    """

    status: str
    jurisdictions: tuple[str, ...]
    since: datetime
    hold: str
    erasure: str

    @property
    def erased(self) -> bool:
        return self.status == Subject.Status.ERASED

    @property
    def held(self) -> bool:
        """Whether a legal hold keeps the data from being destroyed (GDPR Art. 17(3)(e))."""
        return self.hold != "no"


def standing_of(subject_id: UUID) -> PersonStanding:
    """The standing of one person. Raises SubjectUnknown."""
    subject = Subject.objects.filter(pk=subject_id).first()
    if subject is None:
        raise SubjectUnknown
    first = ConsentEvent.objects.filter(subject_id=subject_id).aggregate(at=Min("valid_from"))
    state = states.read_state(subject_id)
    content = states.shape_content(state.shape) if state.shape is not None else {}
    return PersonStanding(
        status=subject.status,
        jurisdictions=tuple(subject.jurisdictions),
        since=min(filter(None, (subject.created_at, first["at"]))),
        hold=content.get("hold", "no"),
        erasure=content.get("erasure", "none"),
    )


def signal_since(subject_id: UUID) -> datetime | None:
    """Since when the opt-out signal of a browser stands for this person or device; None: never."""
    return (
        ConsentEvent.objects.filter(subject_id=subject_id, state=ConsentEvent.State.SIGNAL_ON)
        .order_by("valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
