"""Reading decision tables: tolerant of columns, strict about cells, never a crash."""

import subprocess
import sys
from pathlib import Path

import pytest

from consent.decision_tables import COLUMNS, TableError, main, mismatches, outcomes

ROOT = Path(__file__).parents[2]
GOOD = {
    "row_id": "T1",
    "as_of": "2026-11-22",
    "jurisdiction": "EU-DE",
    "subject_state": "known",
    "age": "40",
    "purpose": "recommendations",
    "purpose_class": "personalisation",
    "data_class": "ordinary",
    "recipient": "first_party",
    "legal_basis": "consent",
    "consent_status": "Given",
    "consent_type": "expressed",
    "notice_state": "current",
    "consent_expires_at": "",
    "last_interaction": "",
    "gpc": "0",
    "optouts": "",
    "objection": "none",
    "restriction": "none",
    "erasure_state": "none",
    "legal_hold": "no",
    "flags": "",
    "decision": "PERMIT",
    "reason_code": "CONSENT_VALID",
}


def table(tmp_path: Path, *rows: dict[str, str], without: str = "") -> Path:
    path = tmp_path / "table.csv"
    names = [name for name in GOOD if name != without] + ["source"]
    lines = [",".join(names)]
    lines += [",".join(row.get(name, "") for name in names) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_table_that_agrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, GOOD, {**GOOD, "source": "not our business"})

    assert main([str(path)]) == 0
    assert capsys.readouterr().out == "2 rows, 0 mismatches\n"


def test_a_row_that_differs_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, GOOD, {**GOOD, "row_id": "T2", "consent_status": "Withdrawn"})

    assert main([str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "T2: expected PERMIT CONSENT_VALID, got DENY CONSENT_WITHDRAWN",
        "2 rows, 1 mismatches",
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"decision": "DENY"}, {"reason_code": "SOFT_OPT_IN"}, {"reason_code": ""}, {"decision": "?"}],
)
def test_both_decision_and_reason_are_compared(tmp_path: Path, wrong: dict[str, str]) -> None:
    assert len(list(mismatches(table(tmp_path, {**GOOD, **wrong})))) == 1


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(
    tmp_path: Path, column: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(table(tmp_path, GOOD, without=column))]) == 2
    assert f"missing column: {column}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("as_of", "yesterday"),
        ("as_of", ""),
        ("as_of", "2026-02-30"),
        ("age", "-1"),
        ("age", "ten"),
        ("age", "٤٠"),
        ("gpc", "yes"),
        ("purpose_class", "fun"),
        ("data_class", "secret"),
        ("subject_state", ""),
        ("consent_status", "given"),
        ("notice_state", "old"),
        ("consent_expires_at", "never"),
        ("last_interaction", "0000-00-00"),
        ("optouts", "everything"),
        ("objection", "strong"),
        ("restriction", "art19"),
        ("erasure_state", "soon"),
        ("legal_hold", "maybe"),
        ("flags", "lia_recorded;sunny"),
    ],
)
def test_a_broken_cell_is_a_mismatch_that_names_its_column(
    tmp_path: Path, column: str, cell: str
) -> None:
    path = table(tmp_path, {**GOOD, column: cell}, {**GOOD, "row_id": "T2"})

    broken, good = outcomes(path)

    assert not broken.agrees and f"column {column}" in broken.got
    assert good.agrees


@pytest.mark.parametrize("broken", [{"flags": "sunny"}, {"age": "ten"}, {"as_of": "soon"}])
def test_a_broken_cell_is_a_malformed_question(tmp_path: Path, broken: dict[str, str]) -> None:
    expected = {"decision": "DENY", "reason_code": "INVALID_REQUEST"}

    assert list(mismatches(table(tmp_path, {**GOOD, **broken, **expected}))) == []


@pytest.mark.parametrize("named", ["", "growth", "personalisation"])
def test_a_purpose_nobody_knows_needs_no_class(tmp_path: Path, named: str) -> None:
    unknown = {"purpose": "growth_hacking", "purpose_class": named}
    expected = {"decision": "DENY", "reason_code": "PURPOSE_UNKNOWN"}

    assert list(mismatches(table(tmp_path, {**GOOD, **unknown, **expected}))) == []


def test_cells_that_say_nothing_may_be_empty(tmp_path: Path) -> None:
    usual = [
        "gpc",
        "objection",
        "restriction",
        "erasure_state",
        "legal_hold",
        "notice_state",
        "age",
    ]

    assert list(mismatches(table(tmp_path, {**GOOD, **dict.fromkeys(usual, "")}))) == []


def test_blanks_around_the_parts_of_a_list_are_not_words(tmp_path: Path) -> None:
    spaced = {"flags": " ; lia_recorded ;; ", "jurisdiction": "EU-DE + US-CA", "optouts": ";"}

    assert list(mismatches(table(tmp_path, {**GOOD, **spaced}))) == []


def test_empty_rows_are_no_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, GOOD, GOOD)
    commas = "," * len(GOOD)
    path.write_text("\n" + path.read_text().replace("\n", f"\n\n{commas}\n  \n"))

    assert main([str(path)]) == 0
    assert capsys.readouterr().out == "2 rows, 0 mismatches\n"


def test_the_order_of_columns_is_the_author_s(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("\n".join([",".join(reversed(GOOD)), ",".join([*GOOD.values()][::-1])]))

    assert len(list(outcomes(path))) == 1 and list(mismatches(path)) == []


def test_a_terminal_without_the_letter_still_shows_the_row(tmp_path: Path) -> None:
    path = table(tmp_path, {**GOOD, "row_id": "Zeile ä", "decision": "DENY"})
    command = [sys.executable, "-m", "consent.decision_tables", str(path)]
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}

    finished = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=30, env=ascii_only
    )

    assert finished.returncode == 1
    assert finished.stdout.splitlines()[-1] == "1 rows, 1 mismatches"


def test_rows_are_decided_as_they_are_read(tmp_path: Path) -> None:
    path = table(tmp_path, *[GOOD] * 500)
    path.write_bytes(path.read_bytes() + b"\xff\n" * 100_000)

    # The bytes that are no text come too late to hide the first row.
    assert next(outcomes(path)).agrees


def test_a_short_row_is_a_mismatch(tmp_path: Path) -> None:
    path = table(tmp_path)
    path.write_text(path.read_text() + "T1,2026-11-22\n")

    assert len(list(mismatches(path))) == 1


def test_a_row_with_too_many_cells_is_still_decided(tmp_path: Path) -> None:
    path = table(tmp_path)
    path.write_text(path.read_text() + ",".join(GOOD.values()) + ",a,b,c\n")

    assert list(mismatches(path)) == []


def test_a_row_without_id_is_counted_from_one(tmp_path: Path) -> None:
    (only,) = outcomes(table(tmp_path, {**GOOD, "row_id": "", "decision": "DENY"}))

    assert only.row_id == "row 1"


def test_times_and_spreadsheet_marks_are_understood(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        {**GOOD, "as_of": "2026-11-22T09:00:00+01:00", "consent_expires_at": "2026-11-22T08:00:01"},
        {**GOOD, "as_of": "2026-11-22T09:00:00Z"},
    )
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert list(mismatches(path)) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n", b"\x00"])
def test_a_useless_file_is_said_to_be_one(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)

    assert main([str(path)]) == 2
    assert str(path) in capsys.readouterr().err
    with pytest.raises(TableError):
        list(outcomes(path))


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere.csv")]) == 2
    assert main([str(tmp_path)]) == 2
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_it_runs_without_settings_or_server(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", "-c", SCRIPT, str(ROOT), str(table(tmp_path, GOOD))]

    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)

    assert (finished.returncode, finished.stdout) == (0, "1 rows, 0 mismatches\n")


# -I and -S leave the standard library alone on the path.
SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from consent.decision_tables import main
sys.exit(main(sys.argv[2:]))
"""
