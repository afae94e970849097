"""The notices that a catalogue document brings and nobody has published yet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consent.models import Notice, Purpose
from consent.notices.prominence import EXCHANGE_CARD
from consent.notices.wording import Wording
from consent.queries.words import Words


@dataclass(frozen=True, slots=True)
class New:
    """One version that is not published yet: its entry, where it stands, and what it follows."""

    purpose: Purpose
    entry: Mapping[str, Any]
    place: str
    newest: bool
    before: Mapping[str, Wording]
    live: Notice | None

    @property
    def words(self) -> Words:
        """What the version says."""
        return Words(
            wordings=wordings_of(self.entry),
            details=self.entry.get("details", {}),
            dropped=self.entry.get("dropped", {}),
            component=self.entry.get("component", EXCHANGE_CARD),
        )


def wordings_of(entry: Mapping[str, Any]) -> dict[str, Wording]:
    """The wordings of a version in a document, by language."""
    return {text["language"]: Wording(**text) for text in entry["texts"]}


def new_notices(
    named: Mapping[str, Mapping[str, Any]], purposes: Mapping[str, Purpose],
    places: Mapping[str, str],
) -> list[New]:  # fmt: skip
    """The versions in a document that nobody has published, in their order."""
    published = _published(named)
    return [
        new
        for name, entry in named.items()
        for new in _of(purposes[name], entry["notices"], places[name], published.get(name, {}))
    ]


def _published(named: Iterable[str]) -> dict[str, dict[int, Notice]]:
    found: dict[str, dict[int, Notice]] = defaultdict(dict)
    rows = Notice.objects.filter(purpose__name__in=list(named), published_at__isnull=False)
    for row in rows.select_related("purpose").prefetch_related("texts"):
        found[row.purpose.name][row.version] = row
    return found


def _of(
    purpose: Purpose, entries: Sequence[Mapping[str, Any]], place: str,
    published: Mapping[int, Notice],
) -> Iterator[New]:  # fmt: skip
    live = published[max(published)] if published else None
    before = _words_of(live) if live else {}
    for index, entry in enumerate(entries):
        if entry["version"] in published:
            continue
        yield New(
            purpose=purpose,
            entry=entry,
            place=f"{place}/notices/{index}",
            newest=index == len(entries) - 1,
            before=before,
            live=live,
        )
        before = wordings_of(entry)


def _words_of(notice: Notice) -> dict[str, Wording]:
    return {
        text.language: Wording(text.language, text.title, text.rows) for text in notice.texts.all()
    }
