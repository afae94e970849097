"""Ages in whole years, from a month of birth that is never older than the truth."""

from datetime import UTC, date, datetime


def years_old(birth_month: date, at: datetime) -> int:
    """Whole years at `at` (UTC); a person is never taken for older than they are."""
    today = at.astimezone(UTC).date()
    before = (today.month, today.day) < (birth_month.month, birth_month.day)
    return max(0, today.year - birth_month.year - before)


def birthday(birth_month: date, years: int) -> datetime:
    """The midnight (UTC) at which `years_old` becomes `years`; the month starts on day 1."""
    return datetime(birth_month.year + years, birth_month.month, birth_month.day, tzinfo=UTC)


def coarse_birth_month(birth_date: date) -> date:
    """The first day of the month after the birthday: coarser, and never older than true."""
    year, month = (birth_date.year, birth_date.month + 1)
    return date(year + 1, 1, 1) if month == 13 else date(year, month, 1)
