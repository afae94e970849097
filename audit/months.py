"""The months of the log: what each holds, why it stays, and who agreed that it goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from audit.models import Prune, RetentionRule

# Because each month is counted kind by kind, a list of them is cut off.
LONGEST_LIST = 24


@dataclass(frozen=True, slots=True)
class Stays:
    """One reason why a month stays: no_partition, not_over, not_sequenced, retention (`what` is
    the rule), still_needed, no_rule; `until` is when it ends, where that is known."""

    why: str
    what: str
    events: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month with a partition of its own. `work` is its proposal, None where there is none."""

    month: date
    bytes: int
    kinds: dict[str, int]
    stays: list[Stays]
    work: Prune | None

    @property
    def events(self) -> int:
        """How many events it holds."""
        return sum(self.kinds.values())


def months(*, limit: int = LONGEST_LIST) -> list[Month]:
    """The earliest months that still have their bodies, the earliest first."""
    rows = _rows(
        "SELECT m.month, m.bytes,"
        " (SELECT coalesce(json_object_agg(h.kind, h.events), '{}')"
        "    FROM audit_month_holds(m.month) h),"
        " (SELECT coalesce(json_agg(json_build_array(s.why, s.what, s.events, s.until)), '[]')"
        "    FROM audit_month_stays(m.month) s)"
        " FROM audit_months() m ORDER BY 1 LIMIT %s",
        [limit],
    )
    work = {prune.month: prune for prune in live(row[0] for row in rows)}
    return [
        Month(month, size, kinds, [_stays(found) for found in stays], work.get(month))
        for month, size, kinds, stays in rows
    ]


def live(wanted: Iterable[date]) -> list[Prune]:
    """The proposals for these months that nobody rejected."""
    return list(Prune.objects.filter(month__in=list(wanted), rejected_by__isnull=True))


def approved() -> list[Prune]:
    """What two officers agreed to and is not pruned yet, the earliest month first."""
    return list(
        Prune.objects.filter(
            approved_by__isnull=False, rejected_by__isnull=True, pruned_at__isnull=True
        ).order_by("month")
    )


def pruned(*, limit: int = LONGEST_LIST) -> list[Prune]:
    """The months that went, the latest prune first."""
    return list(Prune.objects.filter(pruned_at__isnull=False).order_by("-pruned_at")[:limit])


def proposal(prune_id: UUID) -> Prune | None:
    """One proposal."""
    return Prune.objects.filter(id=prune_id).first()


def rules() -> list[RetentionRule]:
    """The policy in force."""
    return list(RetentionRule.objects.order_by("kind", "jurisdiction"))


def minimum_index() -> int:
    """The place from which on every body is there (C2SP tlog-tiles, pruning); 0: all are."""
    rows = _rows("SELECT coalesce(max(last_index) + 1, 0) FROM audit_prune", [])
    return int(rows[0][0])


def _stays(found: list[Any]) -> Stays:
    why, what, events, until = found
    return Stays(why, what, events, datetime.fromisoformat(until) if until else None)


def _rows(statement: str, parameters: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
