"""What changed between two versions of a notice, word by word, row by row, per language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from consent.notices.wording import ROWS, Wording

SAME, REMOVED, ADDED = "same", "removed", "added"
TITLE = "title"
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `kind` is same, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row (or the title) in pieces; the kept and added ones spell the new text."""

    row: str
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        return any(piece.kind != SAME for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class LanguageChange:
    """One language; `kind` is same, changed, or that the language was added or removed."""

    language: str
    kind: str
    rows: tuple[RowChange, ...]

    @property
    def changed_rows(self) -> tuple[RowChange, ...]:
        """Only the rows that differ, in the order of the card."""
        return tuple(row for row in self.rows if row.changed)


def diff(old: str, new: str) -> tuple[Piece, ...]:
    """A short story in words of how `old` became `new`; removed before added."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[Piece] = []
    gone = come = ""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        was, now = "".join(before[i:j]), "".join(after[k:m])
        # Because a phrase is read as one, a space between two changes belongs to both.
        if tag != "equal" or ((gone or come) and was.isspace() and j < len(before)):
            gone, come = gone + was, come + now
            continue
        pieces += [*_change(gone, come), Piece(SAME, was)]
        gone = come = ""
    return (*pieces, *_change(gone, come))


def _change(gone: str, come: str) -> list[Piece]:
    found = [Piece(REMOVED, gone), Piece(ADDED, come)]
    return [piece for piece in found if piece.text]


def apply(old: str, pieces: Iterable[Piece]) -> str:
    """The new text; raises ValueError where the pieces do not belong to `old`."""
    made = list(pieces)
    if "".join(piece.text for piece in made if piece.kind != ADDED) != old:
        raise ValueError("These changes were made to another text.")
    return "".join(piece.text for piece in made if piece.kind != REMOVED)


def compare(old: Mapping[str, Wording], new: Mapping[str, Wording]) -> tuple[LanguageChange, ...]:
    """Every language of either version, in the order of the codes."""
    return tuple(
        _language(code, old.get(code), new.get(code)) for code in sorted(old.keys() | new.keys())
    )


def _language(code: str, old: Wording | None, new: Wording | None) -> LanguageChange:
    rows = tuple(RowChange(row, diff(_text(old, row), _text(new, row))) for row in (TITLE, *ROWS))
    if old is None or new is None:
        return LanguageChange(code, ADDED if old is None else REMOVED, rows)
    return LanguageChange(code, "changed" if any(row.changed for row in rows) else SAME, rows)


def _text(wording: Wording | None, row: str) -> str:
    if wording is None:
        return ""
    return wording.title if row == TITLE else wording.rows.get(row, "")
