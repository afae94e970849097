"""The versions of a use's wording, with what each changed, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime

from consent.notices.diffing import LanguageChange
from consent.queries import names, notices
from consent.queries.notices import Version
from consent.queries.uses import Use


@dataclass(frozen=True, slots=True)
class Line:
    """One version. `changes` is empty where nothing changed in this language.

    `answered`: the person answered exactly this one; `newer`: it came after their answer.
    """

    number: int
    published_at: datetime
    material: bool
    changes: tuple[LanguageChange, ...]
    first: bool
    answered: bool
    newer: bool


def versions(use: Use, *, language: str) -> tuple[Line, ...]:
    """Newest first."""
    answered = use.answer.notice if use.answer else None
    return tuple(_line(version, answered, language) for version in notices.history(use.code))


def _line(version: Version, answered: int | None, language: str) -> Line:
    change = version.changes_in(language) or (
        version.changes_in(names.FALLBACK) if language not in version.wordings else None
    )
    return Line(
        number=version.number,
        published_at=version.published_at,
        material=version.material,
        changes=(change,) if change else (),
        first=not version.changes,
        answered=version.number == answered,
        newer=answered is not None and version.number > answered,
    )
