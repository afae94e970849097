"""Counting messages as they are permitted, and keeping the caps that people set.

A permit and its count are one transaction, and one person's messages are permitted one after
the other, so that no number of askers at once exceeds a cap.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from consent.frequencies import KEPT_DAYS, Cap, binding
from consent.models import MessageCount
from consent.queries.states import raw_cursor

# Because it ends with the transaction, whatever becomes of it.
ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
COUNTED = """
    SELECT coalesce(sum(count), 0) FROM consent_messagecount
     WHERE subject_id = %s AND (%s::text IS NULL OR channel IN (%s, '*')) AND day > %s
"""
COUNT = """
    INSERT INTO consent_messagecount (subject_id, channel, day, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (subject_id, channel, day) DO UPDATE SET count = consent_messagecount.count + 1
"""


def take(
    *, subject_id: UUID, channel: str, caps: Mapping[str, Sequence[int]], at: datetime
) -> bool:
    """Count one more message; False, and nothing counted, where a cap is met.

    Inside the caller's transaction, which must not outlive the permit. Days are those of UTC,
    and a cap of one in seven days leaves six whole days between.
    """
    raw_cursor().execute(ONE_BY_ONE, (f"message:{subject_id}",), prepare=True)
    day = at.date()
    if any(_counted(subject_id, cap, day) >= cap.times for cap in binding(caps, channel)):
        return False
    raw_cursor().execute(COUNT, (subject_id, channel, day), prepare=True)
    return True


def _counted(subject_id: UUID, cap: Cap, day: date) -> int:
    since = day - timedelta(days=cap.days)
    told = (subject_id, cap.channel, cap.channel, since)
    row = raw_cursor().execute(COUNTED, told, prepare=True).fetchone()
    return int(row[0]) if row else 0


def forget_person(*, subject_id: UUID) -> int:
    """Delete all that was counted of one person; how many rows went."""
    return MessageCount.objects.filter(subject_id=subject_id).delete()[0]


def forget_old(*, at: datetime) -> int:
    """Delete what no cap can reach back to; how many rows went."""
    old = at.date() - timedelta(days=KEPT_DAYS)
    return MessageCount.objects.filter(day__lt=old).delete()[0]
