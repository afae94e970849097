"""Requests as pages, partners and officers see them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from consent.queries import names, standings
from keys import envelope
from keys import queries as keys
from keys.errors import BoxRefused, KeyDestroyed, KeyUnknown
from keys.holding import Kept
from profiles import rights
from profiles.boxes import binding_of_text
from profiles.models import Disclosure, ExportFile, Request, RequestEvent, RequestStep
from profiles.queries import vault
from profiles.queries.devices import devices_of
from profiles.queries.holders import holders

State = RequestStep.State


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step: `holder` and `action` are codes, `state` waiting, running, done or failed.

    `joined`: it is about a device of the person, not about the account itself.
    """

    holder: str
    action: str
    state: str
    rows: int
    started_at: datetime | None
    finished_at: datetime | None
    error_code: str
    joined: bool


@dataclass(frozen=True, slots=True)
class Download:
    """A finished copy that waits to be fetched; `size` in bytes."""

    size: int
    expires_at: datetime
    downloads: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a request stands, for a page that is simply loaded again."""

    id: str
    right: str
    state: str
    reason_code: str
    purpose: str
    received_at: datetime
    due_strict: date
    due_latest: date
    undo_until: datetime | None
    finished_at: datetime | None
    can_cancel: bool
    steps: tuple[StepProgress, ...]
    download: Download | None
    certificate: dict[str, Any] | None
    answer: "Answer | None"

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == State.DONE for step in self.steps)

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.steps)

    @property
    def is_moving(self) -> bool:
        """Whether looking again soon makes sense."""
        return self.state in rights.WORKED


@dataclass(frozen=True, slots=True)
class Answer:
    """What an officer wrote to the person, and where to complain."""

    text: str
    route: str


@dataclass(frozen=True, slots=True)
class Loss:
    """Something an erasure takes away, and how many records of it there are."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """What an erasure would do, for the page before the button.

    `recipients` are companies that received data and will be told. `on_hold`: nothing is
    destroyed while a legal hold stands, though everything goes out of use.
    """

    lost: tuple[Loss, ...]
    kept: tuple[Kept, ...]
    recipients: tuple[str, ...]
    undo_hours: int
    on_hold: bool


@dataclass(frozen=True, slots=True)
class InboxFilters:
    """What the inbox shows; all given ones must hold."""

    states: Sequence[str] = field(default=tuple(sorted(rights.OPEN)))
    right: str = ""
    due_by: date | None = None
    overdue_on: date | None = None
    for_a_person: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """The first lines of an officer's day."""

    open: int
    due_soon: int
    overdue: int
    waiting: int
    broken: int


def find(public_id: str, *, subject_id: UUID | None = None) -> Request | None:
    """The request of this public id (of this person, where one is given); else None."""
    request_id = rights.parse_public_id(public_id)
    if request_id is None:
        return None
    found = Request.objects.filter(pk=request_id)
    if subject_id is not None:
        found = found.filter(subject_id=subject_id)
    return found.first()


def requests_of(subject_id: UUID) -> list[Request]:
    """A person's requests, newest first."""
    return list(Request.objects.filter(subject_id=subject_id).order_by("-received_at")[:100])


def progress(request: Request) -> Progress:
    """Where a request stands now, with its steps in order."""
    steps = list(request.steps.order_by("position"))
    begun = any(step.state != State.WAITING or step.attempts for step in steps)
    cancellable = rights.can_cancel(right=request.right, state=request.state)
    return Progress(
        id=request.public_id,
        right=request.right,
        state=request.state,
        reason_code=request.reason_code,
        purpose=request.purpose,
        received_at=request.received_at,
        due_strict=request.due_strict,
        due_latest=request.due_latest,
        undo_until=request.undo_until,
        finished_at=request.finished_at,
        can_cancel=cancellable and not (begun and request.right == rights.ERASURE),
        steps=tuple(_step(step) for step in steps),
        download=_download(request),
        certificate=request.certificate,
        answer=answer(request) if request.state in rights.FINAL else None,
    )


def _step(step: RequestStep) -> StepProgress:
    return StepProgress(
        holder=step.holder,
        action=step.action,
        state=step.state,
        rows=step.rows,
        started_at=step.started_at,
        finished_at=step.finished_at,
        error_code=step.error_code,
        joined=step.joined is not None,
    )


def _download(request: Request) -> Download | None:
    export = ExportFile.objects.filter(pk=request.pk).first()
    if export is None:
        return None
    return Download(export.size, export.expires_at, export.downloads)


def answer(request: Request) -> Answer | None:
    """What was written to the person; None where nothing was, or the key is gone."""
    text = _opened(request, "answer", request.answer)
    return Answer(**json.loads(text)) if text is not None else None


def note(request: Request) -> str | None:
    """What the person wrote; None where nothing was, or the key is gone."""
    return _opened(request, "note", request.note)


def _opened(request: Request, name: str, box: bytes | memoryview | None) -> str | None:
    if box is None:
        return None
    try:
        key = keys.data_key(request.subject_id)
        return envelope.open_(key, bytes(box), aad=binding_of_text(request.pk, name)).decode()
    except (KeyDestroyed, KeyUnknown, BoxRefused):
        return None


def history(request: Request) -> list[RequestEvent]:
    """Everything that happened to a request, oldest first."""
    return list(request.events.order_by("id"))


def consequences(subject_id: UUID, *, language: str, at: datetime) -> Consequences:
    """What erasing this person would take away and leave, without opening any value."""
    kept = [one for holder in holders() for one in _keeps(holder, subject_id, at)]
    called, devices = names.names(), len(devices_of(subject_id))
    recipients = (
        Disclosure.objects.filter(subject_id=subject_id)
        .order_by("recipient_id")
        .values_list("recipient_id", flat=True)
        .distinct()
    )
    return Consequences(
        lost=(
            *_losses(subject_id, language),
            *([Loss(_("Browsers joined with your account"), devices)] if devices else []),
            Loss(_("Your account and sign-in"), 1),
        ),
        kept=tuple(kept),
        recipients=tuple(called.recipient(code) for code in recipients),
        undo_hours=settings.ERASURE_UNDO_HOURS,
        on_hold=standings.standing_of(subject_id).held,
    )


def _keeps(holder: object, subject_id: UUID, at: datetime) -> list[Kept]:
    keeps = getattr(holder, "keeps", None)
    return keeps(subject_id, at=at) if keeps else []


def _losses(subject_id: UUID, language: str) -> list[Loss]:
    """Blocks held per attribute, members of a group under its name."""
    called = names.names()
    counts: dict[str, int] = {}
    for code, blocks in vault.inventory(subject_id).items():
        group = code.split(".")[0]
        counts[group] = counts.get(group, 0) + blocks
    return [Loss(called.attribute(code, language), count) for code, count in counts.items()]


def waiting_for_a_worker(limit: int = 500) -> list[UUID]:
    """Requests with a step that a worker could take now."""
    steps = RequestStep.objects.filter(request=OuterRef("pk"))
    busy = steps.filter(state=State.RUNNING, lease_until__gte=Now())
    stuck = steps.filter(state=State.FAILED)
    free = steps.filter(
        Q(state=State.WAITING, not_before=None)
        | Q(state=State.WAITING, not_before__lte=Now())
        | Q(state=State.RUNNING, lease_until__lt=Now())
    )
    found = Request.objects.filter(
        ~Exists(busy), ~Exists(stuck), Exists(free), state__in=rights.WORKED
    )
    return list(found.order_by("received_at").values_list("pk", flat=True)[:limit])


def inbox(
    *, filters: InboxFilters | None = None, after: tuple[date, UUID] | None = None, limit: int = 50
) -> list[Request]:
    """Requests by due date, the nearest first; the next page is `after` (due_strict, id).

    Each carries `steps_done` and `steps_total`.
    """
    found = _filtered(filters or InboxFilters())
    if after is not None:
        due, request_id = after
        found = found.filter(Q(due_strict__gt=due) | Q(due_strict=due, pk__gt=request_id))
    found = found.annotate(
        steps_total=Count("steps"), steps_done=Count("steps", filter=Q(steps__state=State.DONE))
    )
    return list(found.order_by("due_strict", "pk")[:limit])


def _filtered(filters: InboxFilters) -> QuerySet[Request]:
    found = Request.objects.filter(state__in=list(filters.states))
    if filters.right:
        found = found.filter(right=filters.right)
    if filters.due_by is not None:
        found = found.filter(due_strict__lte=filters.due_by)
    if filters.overdue_on is not None:
        found = found.filter(due_latest__lt=filters.overdue_on)
    if filters.for_a_person:
        found = found.filter(state__in=[rights.REVIEWING, rights.VERIFYING])
    return found


def counts(*, today: date, soon: timedelta = timedelta(days=3)) -> Counts:
    """How many requests are open, due soon, overdue, waiting for an officer, broken."""
    found = Request.objects.filter(state__in=sorted(rights.OPEN)).aggregate(
        open=Count("pk"),
        due_soon=Count("pk", filter=Q(due_strict__lte=today + soon, due_latest__gte=today)),
        overdue=Count("pk", filter=Q(due_latest__lt=today)),
        waiting=Count("pk", filter=Q(state__in=[rights.REVIEWING, rights.VERIFYING])),
        broken=Count("pk", filter=Q(reason_code=rights.STEP_FAILED)),
    )
    return Counts(**found)
