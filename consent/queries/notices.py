"""Versions of a notice: their words and hashes, what changed between them, and their tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from consent import snapshots
from consent.errors import ConsentRefused
from consent.models import Notice, NoticeText
from consent.notices.diffing import LanguageChange, compare
from consent.notices.wording import Wording


@dataclass(frozen=True, slots=True)
class Version:
    """A published version. `hashes` are the SHA-256 of its wordings by language.

    `changes` is what it changed in the version before it; empty for the first one.
    """

    purpose: str
    number: int
    material: bool
    published_at: datetime
    superseded_at: datetime | None
    content_hash: bytes
    wordings: Mapping[str, Wording]
    hashes: Mapping[str, bytes]
    changes: tuple[LanguageChange, ...]

    def is_live(self, at: datetime) -> bool:
        """Whether these were the words to show at `at`."""
        ended = self.superseded_at
        return self.published_at <= at and (ended is None or at < ended)

    def changes_in(self, language: str) -> LanguageChange | None:
        """What changed in one language, if anything did."""
        found = (one for one in self.changes if one.language == language and one.kind != "same")
        return next(found, None)


def history(purpose: str) -> tuple[Version, ...]:
    """All published versions of a purpose's notice, newest first."""
    published = Notice.objects.filter(purpose__name=purpose, published_at__isnull=False)
    made: list[Version] = []
    before: Mapping[str, Wording] = {}
    for notice in published.order_by("version").prefetch_related("texts"):
        version = _version(purpose, notice, before)
        before = version.wordings
        made.append(version)
    return tuple(reversed(made))


def version(purpose: str, number: int) -> Version | None:
    """One published version; None where there is none of this number."""
    return next((found for found in history(purpose) if found.number == number), None)


def _version(purpose: str, notice: Notice, before: Mapping[str, Wording]) -> Version:
    texts = list(notice.texts.all())
    wordings = {text.language: wording_of(text) for text in texts}
    if notice.published_at is None:
        raise ValueError("A notice that was never published has no place in its history.")
    return Version(
        purpose=purpose,
        number=notice.version,
        material=notice.material,
        published_at=notice.published_at,
        superseded_at=notice.superseded_at,
        content_hash=bytes(notice.content_hash),
        wordings=wordings,
        hashes={text.language: bytes(text.content_hash) for text in texts},
        changes=compare(before, wordings) if before else (),
    )


def wording_of(text: NoticeText) -> Wording:
    """A stored wording as the rules know it."""
    return Wording(text.language, text.title, text.rows)


def snapshot(
    *,
    purpose: str,
    version: int,
    language: str,
    surface: str,
    component: str,
    holder: str,
    at: datetime,
) -> str:
    """A fresh token for words that are about to be shown.

    Raises ConsentRefused: LANGUAGE_NOT_SHOWN where no published version has these words.
    """
    texts = NoticeText.objects.filter(
        notice__purpose__name=purpose,
        notice__version=version,
        notice__published_at__isnull=False,
        language=language,
    )
    words = texts.values_list("content_hash", flat=True).first()
    if words is None:
        raise ConsentRefused(
            "LANGUAGE_NOT_SHOWN",
            "This version does not exist in this language.",
            fix="Ask for a language that the version names.",
            pointer="/language",
        )
    return snapshots.make(
        purpose=purpose,
        version=version,
        language=language,
        words=bytes(words),
        surface=surface,
        component=component,
        holder=holder,
        at=at,
    )
