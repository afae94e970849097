"""What if: past decisions under a draft catalogue, of which nothing is kept but the numbers."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import transaction

from audit import actions as audit
from audit.identifiers import uuid7
from consent import editions
from consent.actions import cataloguing
from consent.catalogue import Catalogue
from consent.errors import ConsentRefused
from consent.models import ReplayRun
from consent.queries import catalogue as catalogues
from consent.queries import names, replays
from consent.queries.replays import Span

logger = logging.getLogger(__name__)

DRAFT_VERSION = -1
LONGEST_SILENCE = timedelta(minutes=5)
RUNS_KEPT = 50
Clock = Callable[[], datetime]


class DraftRefused(ConsentRefused):
    """The file is no catalogue that could be loaded; `fix` says what to do."""

    def __init__(self, detail: str, *, fix: str) -> None:
        super().__init__("DRAFT_REFUSED", detail, fix=fix)


def compiled_draft(*, document: Mapping[str, Any], at: datetime) -> Catalogue:
    """The catalogue as it would be, had `document` been loaded at `at`; nothing is written.

    It is loaded in a transaction that is always undone, so every check of a real load is
    made. Raises DraftRefused.
    """
    try:
        with transaction.atomic():
            try:
                cataloguing.load(document=document, by="draft", at=at)
                return replace(catalogues.load(), version=DRAFT_VERSION)
            finally:
                # Because a later catalogue will have the number that the draft had in here.
                catalogues.forget()
                names.forget()
                transaction.set_rollback(True)
    except ConsentRefused as error:
        raise DraftRefused(error.detail, fix=error.fix) from None
    except (AttributeError, KeyError, TypeError, ValueError, DatabaseError) as error:
        raise DraftRefused(
            f"This is not a catalogue document ({type(error).__name__}).",
            fix="Start from `manage.py catalogue export` or consent/data/catalogue.json.",
        ) from None


def replay(
    *,
    document: Mapping[str, Any],
    span: Span,
    by: str,
    at: datetime,
    as_if_at: datetime | None = None,
    ids: bool = False,
    progress: replays.Progress | None = None,
) -> dict[str, Any]:
    """Decide a span of the log again under a draft; only that it ran is put on record.

    The result is that of `consent.queries.replays.under_draft`. Raises DraftRefused.
    """
    draft = compiled_draft(document=document, at=at)
    result = replays.under_draft(draft, span, as_if_at=as_if_at, progress=progress, ids=ids)
    changes = result["changes"]
    audit.append(
        kind="replay.ran",
        at=at,
        facts={
            "by": by,
            "draft": editions.digest(document).hex(),
            "since": span.since.isoformat(),
            "until": span.until.isoformat(),
            "decisions": result["decisions"],
            "gain": changes["gain"],
            "lose": changes["lose"],
        },
    )
    return result


def begin(
    *, document: Mapping[str, Any], name: str, span: Span, by: str, at: datetime
) -> ReplayRun:
    """Ask for a replay by a worker; the draft is checked first. Raises DraftRefused."""
    compiled_draft(document=document, at=at)
    with transaction.atomic():
        run = ReplayRun.objects.create(
            id=uuid7(),
            by=by,
            name=name[:120],
            draft=dict(document),
            digest=editions.digest(document),
            since=span.since,
            until=span.until,
            total=replays.entries(span),
            asked_at=at,
            moved_at=at,
        )
        oldest = ReplayRun.objects.order_by("-asked_at").values("pk")[RUNS_KEPT:]
        ReplayRun.objects.filter(pk__in=list(oldest.values_list("pk", flat=True))).delete()
    return run


def carry_out(*, run_id: UUID, clock: Clock) -> bool:
    """Do what `begin` asked for; a second caller finds it taken. True if this call did it.

    A run whose worker fell silent for five minutes is taken over. Its end is stored, well or
    not.
    """
    run = _claim(run_id, clock())
    if run is None:
        return False
    try:
        result = replay(
            document=run.draft,
            span=Span(run.since, run.until),
            by=run.by,
            at=clock(),
            progress=lambda done: _move(run_id, done, clock()),
        )
    except DraftRefused as error:
        _end(run_id, clock(), state="failed", failure=error.code)
    except Exception as error:
        # Because an officer must see that it ended, whatever ended it.
        logger.exception("A replay failed.")
        _end(run_id, clock(), state="failed", failure=type(error).__name__[:60])
        raise
    else:
        _end(run_id, clock(), state="done", result=result, decided=result["entries"])
    return True


def abandon(*, run_id: UUID, at: datetime) -> None:
    """Say of a run that it never began, because no worker could be called."""
    _end(run_id, at, state="failed", failure="BROKER_UNAVAILABLE")


def _claim(run_id: UUID, at: datetime) -> ReplayRun | None:
    with transaction.atomic():
        run = ReplayRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None or run.state in {"done", "failed"}:
            return None
        if run.state == "running" and at - run.moved_at < LONGEST_SILENCE:
            return None
        run.state, run.moved_at, run.decided = "running", at, 0
        run.save(update_fields=["state", "moved_at", "decided"])
        return run


def _move(run_id: UUID, decided: int, at: datetime) -> None:
    ReplayRun.objects.filter(pk=run_id).update(decided=decided, moved_at=at)


def _end(run_id: UUID, at: datetime, **members: Any) -> None:
    ReplayRun.objects.filter(pk=run_id).update(moved_at=at, **members)


def read_document(text: str | bytes) -> dict[str, Any]:
    """The JSON object in a file; raises DraftRefused."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise DraftRefused("The file is not a JSON object.", fix="Send a catalogue document.")
    return document
