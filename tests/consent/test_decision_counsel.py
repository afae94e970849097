"""Rows a second counsel wrote before reading the rules: beside, before and after the published.

The group of a row says where it comes from: `table gap` fills a number the published table
skips, `counsel` adds a combination, `contestable` may be read otherwise; its source says
why it is decided so. Obligations are compared where the row names them.
"""

import csv
from pathlib import Path

import pytest

from consent.decision_tables import case_from_row, mismatches
from consent.decisions import decide
from consent.jurisdiction_data import JURISDICTIONS
from consent.reasons import DENIALS, PERMITS
from consent.vocabulary import FLAGS

TABLE = Path(__file__).parent / "vectors" / "counsel_decisions.csv"
with TABLE.open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table))
# Known to the gate alone, which replays decisions.
NOT_OF_TABLES = {"REPLAY_ONLY"}
# Their rules are those of a place that is there.
ALIKE = {"US-IN", "US-KY", "US-RI", "US-TN", "US-IA"}


def test_every_row_is_decided_as_counsel_expects() -> None:
    assert list(mismatches(TABLE)) == []


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["obligations"]], ids=lambda r: r["row_id"]
)
def test_the_obligations_counsel_names_are_owed(row: dict[str, str]) -> None:
    assert set(decide(case_from_row(row)).obligations) == set(row["obligations"].split(";"))


def test_every_reason_flag_and_place_is_asked_about() -> None:
    reasons = {row["reason_code"] for row in ROWS}
    flags = {flag for row in ROWS for flag in row["flags"].split(";")}
    places = {code for row in ROWS for code in row["jurisdiction"].split("+")}

    assert reasons | NOT_OF_TABLES >= {*DENIALS, *PERMITS}
    assert flags >= FLAGS
    assert {code for code in JURISDICTIONS if not code.startswith("EU-")} - ALIKE <= places
    assert len({row["row_id"] for row in ROWS}) == len(ROWS)
