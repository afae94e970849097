"""Replays that officers asked for, as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from consent.models import ReplayRun

LISTED = 20


@dataclass(frozen=True, slots=True)
class Run:
    """One "what if". `state`: waiting, running, done, failed; `result` as of a replay, when done.

    `failure` is a code: DRAFT_REFUSED, BROKER_UNAVAILABLE, or the kind of a fault.
    """

    id: UUID
    by: str
    name: str
    digest: str
    since: datetime
    until: datetime
    state: str
    decided: int
    total: int
    result: Mapping[str, Any] | None
    failure: str
    asked_at: datetime
    moved_at: datetime

    @property
    def ended(self) -> bool:
        """Whether it will not move any more."""
        return self.state in {"done", "failed"}


def runs() -> list[Run]:
    """The latest runs without their results, the newest first."""
    rows = ReplayRun.objects.defer("draft", "result").order_by("-asked_at")[:LISTED]
    return [_run(row, None) for row in rows]


def run(run_id: UUID) -> Run | None:
    """One run with its result; None where there is none."""
    row = ReplayRun.objects.defer("draft").filter(pk=run_id).first()
    return _run(row, row.result) if row else None


def _run(row: ReplayRun, result: Mapping[str, Any] | None) -> Run:
    return Run(
        id=row.pk,
        by=row.by,
        name=row.name,
        digest=bytes(row.digest).hex(),
        since=row.since,
        until=row.until,
        state=row.state,
        decided=row.decided,
        total=row.total,
        result=result,
        failure=row.failure,
        asked_at=row.asked_at,
        moved_at=row.moved_at,
    )
