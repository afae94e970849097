"""The joins of a person as they stand in the copy of their data."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consent.models import SubjectLink
from consent.queries import joins

OF_THE_PERSON = "portal"
OF_AN_ERASURE = "erasure"


def rows(subject_id: UUID) -> Iterator[dict[str, Any]]:
    """Standing joins first, then ended ones, the last ended first; nobody else is named."""
    for link in joins.joins_of(subject_id):
        yield _row(link)
    page, more = 1, True
    while more:
        ended, more = joins.ended_joins(subject_id, page=page)
        yield from map(_row, ended)
        page += 1


def kind_words(kind: str) -> str:
    """What was joined, in words to the person."""
    words = {
        "device": _("A browser"),
        "account": _("Another account"),
        "household": _("Your household"),
        "import": _("An earlier record of yours"),
        "duplicate": _("A second record of you"),
    }
    return words.get(kind, kind)


def ending_words(link: SubjectLink) -> str:
    """Why a join ended, in words to the person; empty for one that stands."""
    if link.ended_at is None:
        return ""
    if link.ended_by == OF_THE_PERSON:
        return _("Taken apart in the privacy pages.")
    if link.ended_by == OF_AN_ERASURE:
        return _("One of the two records was erased.")
    if link.ended_reason:
        return _("Taken apart by our privacy office: %(reason)s") % {"reason": link.ended_reason}
    return _("Taken apart by the shop.")


def _row(link: SubjectLink) -> dict[str, Any]:
    return {
        "joined_with": kind_words(link.kind),
        "join_kind": link.kind,
        "since": link.joined_at.isoformat(),
        "until": link.ended_at.isoformat() if link.ended_at else None,
        "ended": ending_words(link),
    }
