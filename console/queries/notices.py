"""The page of one notice: what is live, what is in work, what is wrong, whom it touches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import get_language, get_language_info

from consent.notices import fairness
from consent.notices.diffing import TITLE, LanguageChange, compare
from consent.notices.findings import Finding
from consent.notices.materiality import Suggestion
from consent.notices.reading import HIGHEST_GRADE, HIGHEST_ROW_GRADE
from consent.notices.wording import LONGEST_ROW, ROWS, Wording
from consent.queries import drafts, names, notices
from consent.queries.drafts import Reach
from consent.queries.words import languages
from console import notice_words

if TYPE_CHECKING:
    from consent.models import Notice, Purpose


@dataclass(frozen=True, slots=True)
class Cell:
    """One row in one language: its characters so far, and what the checks say about it."""

    field: str
    language: str
    native: str
    length: int
    most: int
    findings: tuple[str, ...]

    @property
    def too_long(self) -> bool:
        return self.length > self.most


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the editor in all languages."""

    row: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """One finding in words, with the language and the row it is about, if it is about one."""

    native: str
    row: str
    said: str


@dataclass(frozen=True, slots=True)
class Grade:
    """How hard a language of the draft is to read, and its hardest row by itself."""

    language: str
    native: str
    grade: float
    too_high: bool
    row: str
    row_grade: float
    row_too_high: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the page shows. `may` names what this officer may do now."""

    purpose: str
    name: str
    live: "Notice | None"
    draft: "Notice | None"
    state: str
    lines: tuple[Line, ...]
    findings: tuple[Placed, ...]
    grades: tuple[Grade, ...]
    changes: tuple[LanguageChange, ...]
    suggestion: Suggestion
    must: tuple[str, ...]
    reach: Reach
    seen: str
    may: frozenset[str]
    words: Mapping[str, Wording]
    versions: tuple[notices.Version, ...]


def desk(name: str, *, officer: UUID, at: datetime) -> Desk | None:
    """The page of a purpose's notice; None where the catalogue has no such purpose."""
    purpose = drafts.purpose_named(name)
    if purpose is None:
        return None
    live, draft = drafts.live(purpose), drafts.in_work(purpose)
    words = drafts.words_of(draft)
    found = _findings(purpose, draft, words, at)
    before = drafts.words_of(live)
    suggestion = drafts.suggestion(purpose, words or before)
    language = get_language() or names.FALLBACK
    return Desk(
        purpose=name,
        name=names.names().purpose(name, language),
        live=live,
        draft=draft,
        state=str(notice_words.STATES[draft.state]) if draft else "",
        lines=tuple(_line(row, words, found) for row in (TITLE, *ROWS)),
        findings=tuple(_placed(one) for one in found),
        grades=tuple(_grade(wording) for wording in words.values()),
        changes=compare(before, words) if words else (),
        suggestion=suggestion,
        must=tuple(notice_words.must(code, said) for code, said in suggestion.must),
        reach=drafts.reach(purpose, material=draft.material if draft else True),
        seen=bytes(draft.content_hash).hex() if draft else "",
        may=_may(draft, officer, found),
        words=words or before,
        versions=notices.history(name),
    )


def _findings(
    purpose: "Purpose", draft: "Notice | None", words: Mapping[str, Wording], at: datetime
) -> tuple[Finding, ...]:
    if draft is None:
        return ()
    return drafts.findings(
        purpose,
        words=words,
        details=draft.details,
        dropped=draft.dropped,
        component=draft.component,
        at=at,
    )


def _line(row: str, words: Mapping[str, Wording], found: tuple[Finding, ...]) -> Line:
    return Line(row, tuple(_cell(row, code, words.get(code), found) for code in languages()))


def _cell(row: str, language: str, wording: Wording | None, found: tuple[Finding, ...]) -> Cell:
    pointer = f"/texts/{language}/{row if row == TITLE else f'rows/{row}'}"
    text = ""
    if wording is not None:
        text = wording.title if row == TITLE else wording.rows.get(row, "")
    return Cell(
        field=f"{language}-{row}",
        language=language,
        native=_native(language),
        length=len(text),
        most=LONGEST_ROW,
        findings=tuple(notice_words.said(one) for one in found if one.pointer == pointer),
    )


def _placed(finding: Finding) -> Placed:
    """A finding with the language and the row it is about, for the list at the top."""
    parts = finding.pointer.split("/")
    said = notice_words.said(finding)
    if len(parts) < 3 or parts[1] not in {"texts", "dropped"}:
        return Placed("", "", said)
    row = parts[-1] if parts[-1] in {TITLE, *ROWS} else ""
    return Placed(_native(parts[2]), row, said)


def _grade(wording: Wording) -> Grade:
    grade, language = fairness.grade_of(wording), wording.language
    rows = {row: fairness.grade_of_row(wording.rows.get(row, ""), language) for row in ROWS}
    hardest = max(ROWS, key=lambda row: rows[row])
    return Grade(
        language=language,
        native=_native(language),
        grade=grade,
        too_high=grade > HIGHEST_GRADE,
        row=hardest,
        row_grade=rows[hardest],
        row_too_high=rows[hardest] > HIGHEST_ROW_GRADE,
    )


def _native(language: str) -> str:
    """What a language calls itself."""
    return str(get_language_info(language)["name_local"]).capitalize()


def _may(draft: "Notice | None", officer: UUID, found: tuple[Finding, ...]) -> frozenset[str]:
    if draft is None or draft.state == "rejected":
        return frozenset({"save"})
    if draft.state == "draft":
        return frozenset({"save"} if found else {"save", "propose"})
    may = {"reject"}
    if draft.state == "proposed" and draft.proposed_by != str(officer):
        may.add("approve")
    return frozenset(may)
