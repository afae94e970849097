"""Days in tenths of a second since 1970, as the strings of the IAB count them (36 bits)."""

from datetime import UTC, date, datetime, timedelta

from consent.strings.reader import BitReader
from consent.strings.writer import BitWriter

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_TENTHS_A_DAY = 864_000


def read_day(reader: BitReader, name: str) -> date:
    """The UTC day of a moment in tenths of a second since 1970."""
    return (_EPOCH + timedelta(seconds=reader.number(36, name) // 10)).date()


def write_day(writer: BitWriter, day: date, name: str) -> None:
    """Midnight of a UTC day, in tenths of a second since 1970."""
    writer.number((day - _EPOCH.date()) // _DAY * _TENTHS_A_DAY, 36, name)
