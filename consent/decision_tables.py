"""Do the rules answer a table of questions as its author expects?

    python -m consent.decision_tables FILE.csv

reads a table of cases with the expected decision and reason code, decides every row, and
prints what differs. It needs no settings, no database and no server.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from consent.decisions import DEFAULT_POLICY, Case, Policy, decide
from consent.vocabulary import (
    CONSENT_STATUSES,
    DATA_CLASSES,
    ERASURE_STATES,
    FLAGS,
    LEGAL_HOLDS,
    NOTICE_STATES,
    OBJECTIONS,
    OPTOUTS,
    PURPOSE_CLASSES,
    RESTRICTIONS,
    SUBJECT_STATES,
)

COLUMNS: Final = (
    "row_id",
    "as_of",
    "jurisdiction",
    "subject_state",
    "age",
    "purpose",
    "purpose_class",
    "data_class",
    "recipient",
    "legal_basis",
    "consent_status",
    "consent_type",
    "notice_state",
    "consent_expires_at",
    "last_interaction",
    "gpc",
    "optouts",
    "objection",
    "restriction",
    "erasure_state",
    "legal_hold",
    "flags",
    "decision",
    "reason_code",
)


# A row that cannot be read is a malformed question (AuthZEN 1.0: a batch item is denied).
_MALFORMED: Final = "DENY INVALID_REQUEST"


class TableError(ValueError):
    """The file cannot be used as a table; the message says why."""


class CellError(ValueError):
    """One cell cannot be read; the message names its column."""


class Outcome(NamedTuple):
    """One row: its id, what its author expects, what the rules say, and whether they agree.

    `got` is "PERMIT CODE", "DENY CODE", or why the row could not be read.
    """

    row_id: str
    expected: str
    got: str
    agrees: bool


def outcomes(path: Path, policy: Policy = DEFAULT_POLICY) -> Iterator[Outcome]:
    """Decide every row of the CSV file at `path`, in its order.

    TableError if the file cannot be read or lacks a column. A broken cell is an outcome
    that does not agree, because one bad row must not hide the others, unless the table
    expects the denial of a malformed question. Empty rows are skipped.
    """
    for number, row in enumerate(_rows(path), start=1):
        yield _outcome(row, number, policy)


def mismatches(path: Path, policy: Policy = DEFAULT_POLICY) -> Iterator[Outcome]:
    """The rows on which the rules and the table differ. TableError as for `outcomes`."""
    return (outcome for outcome in outcomes(path, policy) if not outcome.agrees)


def case_from_row(row: dict[str, str]) -> Case:
    """The case a row describes; CellError names the column that cannot be read."""
    return Case(
        as_of=_instant(row, "as_of"),
        jurisdictions=tuple(code.strip() for code in _text(row, "jurisdiction").split("+")),
        purpose=_text(row, "purpose"),
        purpose_class=_purpose_class(row),
        data_class=_word(row, "data_class", DATA_CLASSES),
        recipient=_text(row, "recipient"),
        legal_basis=_text(row, "legal_basis") or "none",
        subject_state=_word(row, "subject_state", SUBJECT_STATES),
        age=_age(row),
        consent_status=_word(row, "consent_status", CONSENT_STATUSES, empty="none"),
        consent_types=_set(row, "consent_type"),
        notice_state=_word(row, "notice_state", NOTICE_STATES, empty="current"),
        consent_expires_at=_instant_or_none(row, "consent_expires_at"),
        last_interaction=_instant_or_none(row, "last_interaction"),
        gpc=_word(row, "gpc", frozenset({"0", "1"}), empty="0") == "1",
        optouts=_words(row, "optouts", OPTOUTS),
        objections=_words(row, "objection", OBJECTIONS),
        restriction=_word(row, "restriction", RESTRICTIONS, empty="none"),
        erasure_state=_word(row, "erasure_state", ERASURE_STATES, empty="none"),
        legal_hold=_word(row, "legal_hold", LEGAL_HOLDS, empty="no"),
        flags=_words(row, "flags", FLAGS),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Print every mismatch and the totals. 0: none, 1: some, 2: the file is of no use."""
    arguments = sys.argv[1:] if argv is None else argv
    if len(arguments) != 1:
        _say("usage: python -m consent.decision_tables FILE.csv", sys.stderr)
        return 2
    rows = differing = 0
    try:
        for outcome in outcomes(Path(arguments[0])):
            rows += 1
            if not outcome.agrees:
                differing += 1
                _say(f"{outcome.row_id}: expected {outcome.expected}, got {outcome.got}")
    except TableError as error:
        _say(f"{arguments[0]}: {error}", sys.stderr)
        return 2
    _say(f"{rows} rows, {differing} mismatches")
    return 1 if differing else 0


def _say(line: str, stream: TextIO | None = None) -> None:
    out = stream or sys.stdout
    # Because a row id may hold letters the terminal has no code for.
    encoding = out.encoding or "utf-8"
    out.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        # Spreadsheets put a byte order mark in front of the first column name.
        with path.open(encoding="utf-8-sig", newline="") as file:
            # Spreadsheets also leave rows of nothing but commas.
            lines = (cells for cells in csv.reader(file) if any(map(str.strip, cells)))
            present = [name.strip() for name in next(lines, ())]
            missing = [name for name in COLUMNS if name not in present]
            if missing:
                raise TableError(f"missing column: {', '.join(missing)}")
            for cells in lines:
                cells += [""] * (len(present) - len(cells))
                yield dict(zip(present, cells, strict=False))
    except OSError as error:
        raise TableError(error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise TableError("is not UTF-8 text") from error
    except csv.Error as error:
        raise TableError(f"is not CSV: {error}") from error


def _outcome(row: dict[str, str], number: int, policy: Policy) -> Outcome:
    row_id = _text(row, "row_id") or f"row {number}"
    expected = f"{_text(row, 'decision')} {_text(row, 'reason_code')}"
    try:
        case = case_from_row(row)
    except CellError as error:
        agrees = expected == _MALFORMED
        return Outcome(row_id, expected, f"no decision, {error}", agrees)
    decision = decide(case, policy)
    got = f"{'PERMIT' if decision.permit else 'DENY'} {decision.reason_code}"
    return Outcome(row_id, expected, got, agrees=got == expected)


def _text(row: dict[str, str], column: str) -> str:
    return row[column].strip()


def _word(row: dict[str, str], column: str, words: frozenset[str], empty: str = "") -> str:
    word = _text(row, column) or empty
    if word not in words:
        raise CellError(f"column {column} says {word!r}, not one of {', '.join(sorted(words))}")
    return word


def _purpose_class(row: dict[str, str]) -> str:
    # A purpose outside the catalogue has no class; the decision says so, not the reader.
    if _text(row, "purpose") not in DEFAULT_POLICY.purposes:
        return _text(row, "purpose_class")
    return _word(row, "purpose_class", PURPOSE_CLASSES)


def _set(row: dict[str, str], column: str) -> frozenset[str]:
    parts = (part.strip() for part in _text(row, column).split(";"))
    return frozenset(part for part in parts if part and part != "none")


def _words(row: dict[str, str], column: str, words: frozenset[str]) -> frozenset[str]:
    found = _set(row, column)
    if not found <= words:
        unknown = ", ".join(sorted(found - words))
        raise CellError(f"column {column} says {unknown}, not of {', '.join(sorted(words))}")
    return found


def _age(row: dict[str, str]) -> int | None:
    age = _text(row, "age")
    if age in ("", "unknown"):
        return None
    # Digits of other scripts and signs are refused, because a guess at an age is no age.
    if not (age.isascii() and age.isdigit() and len(age) <= 3):
        raise CellError(f"column age says {age!r}, not years or unknown")
    return int(age)


def _instant_or_none(row: dict[str, str], column: str) -> datetime | None:
    return _instant(row, column) if _text(row, column) else None


def _instant(row: dict[str, str], column: str) -> datetime:
    """A day means its first instant, UTC; a time without an offset is UTC."""
    text = _text(row, column)
    try:
        if len(text) == len("2026-11-22"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise CellError(f"column {column} says {text!r}, not a date") from None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
