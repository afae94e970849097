"""By when the law wants a request answered: two dates, and the reading behind each.

`strict` is the earliest defensible reading and drives warnings; `latest` is the most lenient
lawful one and drives "overdue". Pure: dates in, dates out. Months follow Regulation (EEC,
Euratom) 1182/71 Article 3; the rules per regime are rows of CLOCKS.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from profiles import rights

SATURDAY: Final = 5
SUNDAY: Final = 6
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The two dates of one clock, in the controller's calendar."""

    strict: date
    latest: date


@dataclass(frozen=True, slots=True)
class Start:
    """When and where a clock begins: the local day of receipt and the controller's country."""

    received_on: date
    country: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One statutory period; `extended` is None where the law knows no extension."""

    code: str
    source: str
    first: Callable[[Start], Due]
    extended: Callable[[Start], Due] | None = None


def local_day(received_at: datetime, zone: str) -> date:
    """The day of receipt where the controller is (an aware instant and an IANA zone)."""
    return received_at.astimezone(ZoneInfo(zone)).date()


def same_day_months_later(day: date, months: int) -> date:
    """The same date `months` later, else the last day of that month (Art. 3(2)(c))."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    last = (following - DAY).day
    return date(year, month, min(day.day, last))


def next_working_day(day: date, country: str, subdivision: str | None = None) -> date:
    """`day`, or the first day after it that is no weekend and no holiday (Art. 3(4))."""
    calendar = _calendar(country, subdivision)
    while day.weekday() >= SATURDAY or day in calendar:
        day += DAY
    return day


def business_days(
    day: date, count: int, *, saturdays: bool, holiday: Callable[[date], bool]
) -> date:
    """The `count`-th business day after `day`; Sundays never count."""
    while count:
        day += DAY
        weekend = day.weekday() == SUNDAY or (day.weekday() == SATURDAY and not saturdays)
        if not weekend and not holiday(day):
            count -= 1
    return day


@lru_cache(maxsize=64)
def _calendar(country: str, subdivision: str | None) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=subdivision)


def _european_months(months: int) -> Callable[[Start], Due]:
    def due(start: Start) -> Due:
        ends = same_day_months_later(start.received_on, months)
        return Due(ends, next_working_day(ends, start.country))

    return due


def _british_months(months: int) -> Callable[[Start], Due]:
    """Strict: a month *beginning with* the relevant time ends the day before; ICO: same date."""

    def due(start: Start) -> Due:
        ends = same_day_months_later(start.received_on, months)
        return Due(ends - DAY, next_working_day(ends, "GB", "ENG"))

    return due


def _calendar_days(days: int, *, lenient: int | None = None) -> Callable[[Start], Due]:
    def due(start: Start) -> Due:
        strict = start.received_on + timedelta(days=days)
        latest = start.received_on + timedelta(days=days if lenient is None else lenient)
        return Due(strict, latest)

    return due


def _californian_days(days: int) -> Callable[[Start], Due]:
    """Strict: the day itself. Latest: moved off a Sunday or holiday (CIV 10)."""

    def due(start: Start) -> Due:
        ends = start.received_on + timedelta(days=days)
        latest = ends
        while latest.weekday() == SUNDAY or _holiday_in_california(latest):
            latest += DAY
        return Due(ends, latest)

    return due


def _californian_business_days(days: int) -> Callable[[Start], Due]:
    """Strict: Saturdays count (CIV 9), national holidays do not; latest: Monday to Friday."""

    def due(start: Start) -> Due:
        day = start.received_on
        return Due(
            business_days(day, days, saturdays=True, holiday=_holiday_everywhere),
            business_days(day, days, saturdays=False, holiday=_holiday_in_california),
        )

    return due


def _holiday_in_california(day: date) -> bool:
    return day in _calendar("US", "CA")


def _holiday_everywhere(day: date) -> bool:
    return day in _calendar("US", None) and day in _calendar("US", "CA")


CLOCKS: Final[Mapping[str, Clock]] = {
    clock.code: clock
    for clock in (
        Clock("GDPR-DSR", "GDPR 12(3); Reg. 1182/71 Art. 3", _european_months(1),
              _european_months(3)),
        Clock("UK-DSR", "UK GDPR 12(3), 12A", _british_months(1), _british_months(3)),
        # 30 days beginning when received: the day of receipt is the first of them.
        Clock("UK-COMPLAINT", "DPA 2018 s.164A", _calendar_days(29, lenient=30)),
        Clock("CCPA-ACK", "11 CCR 7021(a)", _californian_business_days(10)),
        Clock("CCPA-ANSWER", "CIV 1798.130(a)(2); 11 CCR 7021(b)", _californian_days(45),
              _californian_days(90)),
        Clock("CCPA-OPTOUT", "11 CCR 7026(f), 7027(g)", _californian_business_days(15)),
        Clock("VA-DSR", "Va 59.1-577(B); CT 42-518; CRS 6-1-1306(2)", _calendar_days(45),
              _calendar_days(90)),
        Clock("QC-DSR", "P-39.1 s.32", _calendar_days(30)),
        Clock("LGPD-ACCESS", "LGPD 19(II)", _calendar_days(15)),
        Clock("DPDP-GRIEV", "DPDP Rules 2025 r.14(3)", _calendar_days(90)),
        Clock("DROP", "CIV 1798.99.86(c)-(d)", _calendar_days(45)),
    )
}  # fmt: skip

# Which clock answers which right, per jurisdiction; "*" stands for all other rights.
_STATE_LAW = {"*": "VA-DSR"}
REGIMES: Final[Mapping[str, Mapping[str, str]]] = {
    "EU": {"*": "GDPR-DSR"},
    "UK": {"*": "UK-DSR", rights.COMPLAINT: "UK-COMPLAINT"},
    "US-CA": {
        "*": "CCPA-ANSWER",
        rights.OBJECTION: "CCPA-OPTOUT",
        rights.RESTRICTION: "CCPA-OPTOUT",
    },
    "US": _STATE_LAW,
    "CA-QC": {"*": "QC-DSR"},
    "BR": {"*": "LGPD-ACCESS"},
    "IN": {"*": "DPDP-GRIEV"},
}
# Because an unknown place has the shortest time of all places.
UNKNOWN: Final = tuple(REGIMES)


@dataclass(frozen=True, slots=True)
class RequestDue:
    """The clock that runs out first, and its dates."""

    clock: str
    strict: date
    latest: date


def due(code: str, start: Start, *, extended: bool = False) -> Due:
    """The dates of one clock; an extension counts from receipt, not from the first end.

    Raises ValueError where the law knows no extension.
    """
    clock = CLOCKS[code]
    if not extended:
        return clock.first(start)
    if clock.extended is None:
        raise ValueError(f"{code} knows no extension.")
    return clock.extended(start)


def request_due(
    *, right: str, jurisdictions: Iterable[str], start: Start, extended: bool = False
) -> RequestDue:
    """What binds a request: of all jurisdictions that apply, the one whose time is shortest."""
    found = []
    for code in _clock_codes(right, jurisdictions):
        dates = due(code, start, extended=extended and CLOCKS[code].extended is not None)
        found.append((dates.strict, dates.latest, code))
    strict, _, clock = min(found)
    return RequestDue(clock=clock, strict=strict, latest=min(latest for _, latest, _ in found))


def _clock_codes(right: str, jurisdictions: Iterable[str]) -> set[str]:
    codes = set()
    for jurisdiction in jurisdictions:
        for name in _regimes(jurisdiction):
            clocks = REGIMES[name]
            codes.add(clocks.get(right, clocks["*"]))
    return codes or _clock_codes(right, UNKNOWN)


def _regimes(jurisdiction: str) -> tuple[str, ...]:
    if jurisdiction in REGIMES:
        return (jurisdiction,)
    family = jurisdiction.split("-")[0]
    return (family,) if family in REGIMES else UNKNOWN
