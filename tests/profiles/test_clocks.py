"""The worked examples that concern requests, and laws over any date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import clocks, rights
from profiles.clocks import Start

EXAMPLES = [
    ("E01", "GDPR-DSR", "DE", "2026-03-05", "2026-04-05", "2026-04-07"),
    ("E02", "GDPR-DSR", "DE", "2027-01-31", "2027-02-28", "2027-03-01"),
    ("E04", "GDPR-DSR", "DE", "2028-02-29", "2028-03-29", "2028-03-29"),
    ("E05", "GDPR-DSR", "DE", "2026-08-31", "2026-09-30", "2026-09-30"),
    ("E09", "CCPA-ACK", "US", "2026-11-20", "2026-12-03", "2026-12-08"),
    ("E10", "CCPA-OPTOUT", "US", "2026-12-23", "2027-01-12", "2027-01-15"),
    ("E11", "CCPA-ANSWER", "US", "2026-11-22", "2027-01-06", "2027-01-06"),
    # The relevant time is the later of receipt and identification: 31 December.
    ("E13", "UK-DSR", "GB", "2026-12-31", "2027-01-30", "2027-02-01"),
    ("E14", "UK-COMPLAINT", "GB", "2026-11-22", "2026-12-21", "2026-12-22"),
    ("E16", "DROP", "US", "2026-08-01", "2026-09-15", "2026-09-15"),
    ("E17", "LGPD-ACCESS", "BR", "2028-02-14", "2028-02-29", "2028-02-29"),
    ("E19 DE", "GDPR-DSR", "DE", "2026-12-01", "2027-01-01", "2027-01-04"),
    ("E19 SE", "GDPR-DSR", "SE", "2026-12-01", "2027-01-01", "2027-01-04"),
]
DATES = st.dates(min_value=date(2018, 5, 25), max_value=date(2040, 12, 31))


@pytest.mark.parametrize(
    ("clock", "country", "received", "strict", "latest"),
    [example[1:] for example in EXAMPLES],
    ids=[example[0] for example in EXAMPLES],
)
def test_worked_examples(clock: str, country: str, received: str, strict: str, latest: str) -> None:
    found = clocks.due(clock, Start(date.fromisoformat(received), country))
    assert (found.strict.isoformat(), found.latest.isoformat()) == (strict, latest)


def test_the_day_of_receipt_is_the_controllers_own() -> None:
    received = datetime(2026, 12, 24, 23, 30, tzinfo=UTC)
    day = clocks.local_day(received, "Europe/Berlin")
    assert day == date(2026, 12, 25)
    found = clocks.due("GDPR-DSR", Start(day, "DE"))
    assert (found.strict, found.latest) == (date(2027, 1, 25), date(2027, 1, 25))


def test_an_extension_counts_from_receipt() -> None:
    found = clocks.due("GDPR-DSR", Start(date(2026, 11, 30), "DE"), extended=True)
    assert (found.strict, found.latest) == (date(2027, 2, 28), date(2027, 3, 1))
    californian = clocks.due("CCPA-ANSWER", Start(date(2026, 11, 22), "US"), extended=True)
    assert californian.strict == date(2027, 2, 20)


def test_a_clock_without_an_extension_says_so() -> None:
    with pytest.raises(ValueError, match="no extension"):
        clocks.due("QC-DSR", Start(date(2026, 11, 22), "CA"), extended=True)


@given(DATES, st.sampled_from(["DE", "SE", "FR", "PL"]))
def test_european_months_never_end_on_a_free_day_nor_early(received: date, country: str) -> None:
    found = clocks.due("GDPR-DSR", Start(received, country))
    assert received + timedelta(days=28) <= found.strict <= received + timedelta(days=31)
    assert found.strict <= found.latest <= found.strict + timedelta(days=6)
    assert clocks.next_working_day(found.latest, country) == found.latest


@given(DATES, st.sampled_from(sorted(clocks.CLOCKS)))
def test_the_strict_reading_is_never_the_later_one(received: date, clock: str) -> None:
    found = clocks.due(clock, Start(received, "DE"))
    assert received < found.strict <= found.latest


@given(DATES, st.sampled_from(rights.RIGHTS), st.sampled_from(["EU-DE", "UK", "US-CA", "BR"]))
def test_an_unknown_place_has_the_shortest_time(received: date, right: str, place: str) -> None:
    start = Start(received, "DE")
    known = clocks.request_due(right=right, jurisdictions=[place], start=start)
    for nowhere in (["UNKNOWN"], ["Atlantis"], []):
        unknown = clocks.request_due(right=right, jurisdictions=nowhere, start=start)
        assert unknown.strict <= known.strict
        assert unknown.latest <= known.latest


def test_of_several_places_the_stricter_binds() -> None:
    start = Start(date(2026, 11, 22), "DE")
    found = clocks.request_due(right="copy", jurisdictions=["US-CA", "EU-DE"], start=start)
    assert (found.clock, found.strict) == ("GDPR-DSR", date(2026, 12, 22))


def test_every_right_has_a_clock_everywhere() -> None:
    start = Start(date(2026, 11, 22), "DE")
    for place in [*clocks.REGIMES, "EU-FR", "US-VA", "US-UT"]:
        for right in rights.RIGHTS:
            assert clocks.request_due(right=right, jurisdictions=[place], start=start).strict


def test_opting_out_in_california_has_its_own_clock() -> None:
    start = Start(date(2026, 12, 23), "DE")
    found = clocks.request_due(right="objection", jurisdictions=["US-CA"], start=start)
    assert (found.clock, found.latest) == ("CCPA-OPTOUT", date(2027, 1, 15))
