"""Letting a month of the log go: proposed by one officer, approved by another, then pruned.

Each step is an event. The database checks everything a second time (`audit/sql/pruning.sql`).
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connections, transaction

from audit import actions
from audit.errors import PruneRefused
from audit.identifiers import uuid7
from audit.models import Prune
from audit.retention import Rule

LONGEST_REASON = 500
KIND = "log.pruned"


def propose(*, month: date, reason: str, by: UUID, at: datetime) -> Prune:
    """Put a month before a second officer; raises PruneRefused where it must stay."""
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise PruneRefused("REASON_MISSING", f"Say why, in at most {LONGEST_REASON} characters.")
    with transaction.atomic():
        _check_may_go(month)
        if Prune.objects.filter(month=month, rejected_by__isnull=True).exists():
            raise PruneRefused("PRUNE_STATE", "This month is proposed already.")
        prune = Prune(
            id=uuid7(), month=month, reason=reason.strip(), proposed_by=by, proposed_at=at
        )
        with connections["default"].cursor() as cursor:
            # Because the application may write these columns and no others.
            cursor.execute(
                "INSERT INTO audit_prune (id, month, reason, proposed_by, proposed_at) "
                "VALUES (%s, %s, %s, %s, %s)",
                [prune.id, prune.month, prune.reason, by, at],
            )
        _record("log.prune_proposed", prune, by, at)
    return prune


def approve(*, prune_id: UUID, by: UUID, at: datetime) -> Prune:
    """The second officer agrees; raises PruneRefused for the first, or where it must stay."""
    with transaction.atomic():
        prune = _open(prune_id)
        if prune.approved_by is not None:
            raise PruneRefused("PRUNE_STATE", "This month is approved already.")
        if prune.proposed_by == by:
            raise PruneRefused("SECOND_PERSON_NEEDED", "Another officer must approve it.")
        _check_may_go(prune.month)
        Prune.objects.filter(id=prune.id).update(approved_by=by, approved_at=at)
        _record("log.prune_approved", prune, by, at)
    return _open(prune_id)


def reject(*, prune_id: UUID, by: UUID, at: datetime) -> None:
    """Either officer, or a third, stops it before it is carried out; raises PruneRefused."""
    with transaction.atomic():
        prune = _open(prune_id)
        Prune.objects.filter(id=prune.id).update(rejected_by=by, rejected_at=at)
        _record("log.prune_rejected", prune, by, at)


def prune(*, approved: Prune, at: datetime, alias: str = "pruner") -> int:
    """Prune one approved month as the pruner's role; gives how many bodies went.

    One transaction: everything or nothing. Raises DatabaseError with the reason of the database.
    """
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT events, first, last, size, encode(leaves, 'hex') FROM audit_month_leaves(%s)",
            [approved.month],
        )
        events, first, last, size, leaves = cursor.fetchone()
        entry = actions.prepare(
            kind=KIND,
            at=at,
            facts={
                "month": f"{approved.month:%Y-%m}",
                "events": events,
                "first": first,
                "last": last,
                "size": size,
                "leaves": leaves,
                "reason": approved.reason,
                "proposed_by": str(approved.proposed_by),
                "approved_by": str(approved.approved_by),
            },
        )
        cursor.execute(
            "SELECT audit_prune_month(%s, %s, %s, %s)",
            [approved.id, entry.id, entry.at, entry.body],
        )
        return int(cursor.fetchone()[0])


def set_policy(*, rules: Sequence[Rule], at: datetime) -> None:
    """Put another policy in the place of the present one, as the owner of the tables."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM audit_retention")
        cursor.executemany("INSERT INTO audit_retention VALUES (%s, %s, %s, %s, %s)", rules)
        shown = [[*rule] for rule in rules]
        entry = actions.prepare(kind="log.retention_set", at=at, facts={"rules": shown})
        cursor.execute("SELECT audit_append(%s, %s, %s, %s, %s)", entry)


def _open(prune_id: UUID) -> Prune:
    prune = Prune.objects.filter(id=prune_id).first()
    if prune is None or prune.rejected_by is not None or prune.pruned_at is not None:
        raise PruneRefused("PRUNE_STATE", "It has moved on since you saw it.")
    return prune


def _check_may_go(month: date) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT why, what FROM audit_month_stays(%s) LIMIT 1", [month])
        if row := cursor.fetchone():
            raise PruneRefused("MONTH_STAYS", f"This month must stay: {row[0]} {row[1]}".strip())


def _record(kind: str, prune: Prune, by: UUID, at: datetime) -> None:
    facts = {"by": str(by), "month": f"{prune.month:%Y-%m}", "reason": prune.reason}
    actions.append(kind=kind, at=at, facts={**facts, "proposal": str(prune.id)})
