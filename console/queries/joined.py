"""The joins of a person as officers see them: pseudonyms, kind, when, by whom, on what word."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from consent.queries import joins
from console.queries.dossier import who_acted
from console.queries.inbox import person_of
from console.sentences import Names

if TYPE_CHECKING:
    from consent.models import SubjectLink


@dataclass(frozen=True, slots=True)
class JoinLine:
    """One join; `one` and `other` are pseudonyms of this console, the person's own empty."""

    id: UUID
    kind: str
    one: str
    other: str
    joined_at: datetime
    by: str
    evidence: str
    ended_at: datetime | None
    ended_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Joined:
    """One page of joins: standing ones first, then ended ones; `older`: the next page or 0."""

    lines: tuple[JoinLine, ...]
    older: int


def joined(subject_id: UUID, *, page: int, officer: UUID, words: Names) -> Joined:
    """What is and was joined with a person."""
    found, more = joins.all_joins(subject_id, page=page)
    lines = tuple(line_of(link, subject_id, officer=officer, words=words) for link in found)
    return Joined(lines, page + 1 if more else 0)


def standing_join(subject_id: UUID, join: UUID) -> "SubjectLink | None":
    """A standing join of this person itself; None where there is none of this id."""
    for link in joins.joins_of(subject_id):
        if link.pk == join and subject_id in (link.one_id, link.other_id):
            return link
    return None


def line_of(link: "SubjectLink", subject_id: UUID, *, officer: UUID, words: Names) -> JoinLine:
    """A join in words."""
    return JoinLine(
        id=link.pk,
        kind=_kind(link.kind),
        one="" if link.one_id == subject_id else person_of(link.one_id),
        other="" if link.other_id == subject_id else person_of(link.other_id),
        joined_at=link.joined_at,
        by=who_acted(link.by, officer, words),
        evidence=link.evidence,
        ended_at=link.ended_at,
        ended_by=who_acted(link.ended_by, officer, words) if link.ended_by else "",
        reason=link.ended_reason,
    )


def _kind(kind: str) -> str:
    words = {
        "device": _("Browser"),
        "account": _("Account"),
        "household": _("Household"),
        "import": _("Imported record"),
        "duplicate": _("Second record"),
    }
    return words.get(kind, kind)
