"""Putting the one question that may be put now, and noting how it ended.

A question counts when it is shown, whoever shows it. One writer per person at a time, so that
no number of visits at once exceeds the budget.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from audit.identifiers import uuid7
from consent import budgets, incentives
from consent.actions import locking, recording
from consent.acts import RESTRICTIVE, Act
from consent.budgets import Asked, Limits, Noes
from consent.models import Ask, ConsentEvent, Purpose, Subject
from consent.queries import catalogue as catalogues
from consent.queries import states as state_queries
from consent.queries import uses
from consent.queries.uses import Wording
from keys import queries as keys

# Because words are shown for a day at most before they must be read again.
SHOWN_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it is put: which, its words, since when it is shown.

    `incentive` is the notice of what is given for a Yes (`incentives.worded`), or None.
    """

    id: UUID
    purpose: str
    wording: Wording
    at: datetime
    incentive: Mapping[str, Any] | None = None


def limits() -> Limits:
    """The budget of this deployment; no setting makes it laxer than the defaults."""
    return Limits(
        per_visit=settings.ASKS_PER_VISIT,
        per_window=settings.ASKS_PER_WINDOW,
        window_days=settings.ASK_WINDOW_DAYS,
        quiet_days=settings.ASK_QUIET_DAYS,
        quiet_surfaces=frozenset(settings.ASK_QUIET_SURFACES),
    ).strict()


def next_ask(
    *, subject_id: UUID, surface: str, visit: str, language: str, at: datetime
) -> Shown | None:
    """The one question that may be put to this person now; showing it is counted with it.

    Within one visit an unanswered question is the same one again, counted once. None where
    nothing may be asked. Raises SubjectUnknown.
    """
    with transaction.atomic():
        subject = locking.lock_subject(subject_id)
        if subject.status != Subject.Status.KNOWN:
            return None
        return _next(subject_id, surface, keys.blind_index("visit", visit), language, at)


def _next(
    subject_id: UUID, surface: str, visit: bytes, language: str, at: datetime
) -> Shown | None:
    state = state_queries.read_state(subject_id)
    if state.shape is None:
        return None
    shape, budget = state_queries.shape_content(state.shape), limits()
    _note_answered(subject_id, at)
    rows = list(
        Ask.objects.filter(subject_id=subject_id, shown_at__gt=at - budget.window)
        .order_by("shown_at")
    )  # fmt: skip
    asked = [Asked(bytes(row.visit), row.purpose, row.shown_at, row.outcome) for row in rows]
    noes = _noes(subject_id)
    if budgets.is_quiet(shape=shape, surface=surface, noes=noes, at=at, limits=budget):
        return None
    askable = _askable(shape, noes, asked, at, budget)
    wordings = uses.live_wordings(language)
    for row in rows:
        again = bytes(row.visit) == visit and row.outcome == Ask.Outcome.OPEN
        if again and row.shown_at > at - SHOWN_FOR and row.purpose in askable:
            return _put(row, wordings[row.purpose])
    if not askable or not budgets.has_room(asked=asked, visit=visit, at=at, limits=budget):
        return None
    return _show(subject_id, surface, visit, askable[0], wordings[askable[0]], at)


def _note_answered(subject_id: UUID, at: datetime) -> None:
    """Close what was answered since, on whatever channel the answer came."""
    later = ConsentEvent.objects.filter(
        subject_id=subject_id,
        purpose__name=OuterRef("purpose"),
        valid_from__gt=OuterRef("shown_at"),
    )
    open_ = Ask.objects.filter(Exists(later), subject_id=subject_id, outcome=Ask.Outcome.OPEN)
    open_.update(outcome=Ask.Outcome.ANSWERED, ended_at=at)


def _askable(
    shape: budgets.Shape, noes: Noes, asked: Sequence[Asked], at: datetime, budget: Limits
) -> list[str]:
    """The purposes that may be asked about, in the order of the catalogue."""
    catalogue = catalogues.catalogue()
    rows = Purpose.objects.filter(asked=True, retired_at__isnull=True)
    ordered = rows.order_by("-controller__is_main", "controller", "position", "code")
    names = ordered.values_list("name", flat=True)
    return [
        name
        for name in names
        if budgets.may_be_asked(
            purpose=name,
            shape=shape,
            catalogue=catalogue,
            recipient=uses.own_recipient(catalogue.purposes[name], catalogue),
            noes=noes,
            asked=asked,
            at=at,
            limits=budget,
        )
    ]


def _noes(subject_id: UUID) -> Noes:
    said = ConsentEvent.objects.filter(
        subject_id=subject_id, state__in=RESTRICTIVE, actor__in=["person", "guardian", "agent"]
    )
    rows = list(said.order_by("valid_from").values_list("purpose__name", "valid_from"))
    return Noes(
        by_purpose={code: at for code, at in rows if code},
        last=rows[-1][1] if rows else None,
    )


def _show(
    subject_id: UUID, surface: str, visit: bytes, purpose: str, wording: Wording, at: datetime
) -> Shown:
    row = Ask.objects.create(
        id=uuid7(),
        subject_id=subject_id,
        visit=visit,
        surface=surface,
        purpose=purpose,
        notice=wording.version,
        language=wording.language,
        shown_at=at,
    )
    return _put(row, wording)


def _put(row: Ask, wording: Wording) -> Shown:
    found = Purpose.objects.filter(name=row.purpose).values_list("incentive", flat=True).first()
    given = incentives.worded(found, wording.language)
    return Shown(row.pk, row.purpose, wording, row.shown_at, given)


def close(*, ask_id: UUID, subject_id: UUID, by: str, at: datetime) -> bool:
    """Note that a question was closed without an answer: on record, and never a Yes.

    False where it is not a question of this person. Closing twice is closing once.
    """
    with transaction.atomic():
        locking.lock_subject(subject_id)
        row = Ask.objects.filter(pk=ask_id, subject_id=subject_id).first()
        if row is None:
            return False
        if row.outcome != Ask.Outcome.OPEN:
            return True
        Ask.objects.filter(pk=ask_id).update(outcome=Ask.Outcome.CLOSED, ended_at=at)
        act = Act(state="deferred", purpose=row.purpose, method="ask")
        recording.record(subject_id=subject_id, act=act, by=by, at=at)
    return True


def forget_person(*, subject_id: UUID) -> int:
    """Delete every question that was put to one person; how many went."""
    return Ask.objects.filter(subject_id=subject_id).delete()[0]


def forget_old(*, at: datetime) -> int:
    """Delete questions that count no longer; how many went."""
    return Ask.objects.filter(shown_at__lte=at - limits().window).delete()[0]
