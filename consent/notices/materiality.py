"""Does an older Yes still cover a newer notice? It does not where more is asked (Art. 6(4), 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from consent.notices.diffing import compare
from consent.notices.wording import Wording

# Because these rows say what is taken and who gets it; the other three say what it is like.
DEAL = frozenset({"look_at", "so_that", "who_sees", "how_long"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What the catalogue lets a purpose do when a version of its notice is published."""

    purpose_class: str
    attributes: frozenset[str]
    recipients: frozenset[str]
    channels: frozenset[str]
    retention_days: int | None

    def as_json(self) -> dict[str, Any]:
        """For keeping beside the version."""
        return {
            "purpose_class": self.purpose_class,
            "attributes": sorted(self.attributes),
            "recipients": sorted(self.recipients),
            "channels": sorted(self.channels),
            "retention_days": self.retention_days,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `as_json` kept."""
        return cls(
            purpose_class=kept["purpose_class"],
            attributes=frozenset(kept["attributes"]),
            recipients=frozenset(kept["recipients"]),
            channels=frozenset(kept["channels"]),
            retention_days=kept["retention_days"],
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`must`: why the change is material whatever anybody says; `may`: what an officer weighs."""

    must: tuple[tuple[str, str], ...]
    may: tuple[str, ...]

    @property
    def material(self) -> bool:
        """What is proposed to the officer."""
        return bool(self.must or self.may)


def suggest(
    *,
    old: Terms | None,
    new: Terms,
    old_words: Mapping[str, Wording],
    new_words: Mapping[str, Wording],
) -> Suggestion:
    """Whether to call the change material. A first version is: no Yes can be older than it.

    `must` holds (code, name): ATTRIBUTE_ADDED, RECIPIENT_ADDED, CHANNEL_ADDED,
    PURPOSE_CHANGED, RETENTION_LONGER; `may` the rows of the deal whose words changed.
    """
    if not old_words:
        return Suggestion((("FIRST_VERSION", ""),), ())
    changed = {
        row.row
        for language in compare(old_words, new_words)
        if language.kind == "changed"
        for row in language.changed_rows
    }
    return Suggestion(_more(old, new) if old else (), tuple(sorted(changed & DEAL)))


def _more(old: Terms, new: Terms) -> tuple[tuple[str, str], ...]:
    found = [
        ("ATTRIBUTE_ADDED", code)
        for code in sorted(new.attributes)
        if not _covered(code, old.attributes)
    ]
    found += [("RECIPIENT_ADDED", code) for code in sorted(new.recipients - old.recipients)]
    # Because no channel named means every channel.
    if old.channels:
        added = new.channels - old.channels if new.channels else {"*"}
        found += [("CHANNEL_ADDED", code) for code in sorted(added)]
    if old.purpose_class != new.purpose_class:
        found.append(("PURPOSE_CHANGED", new.purpose_class))
    if _days(new) > _days(old):
        found.append(("RETENTION_LONGER", str(new.retention_days or "")))
    return tuple(found)


def _covered(code: str, declared: frozenset[str]) -> bool:
    """Whether a code, or a group it belongs to, was declared before."""
    return any(code == one or code.startswith(f"{one}.") for one in declared)


def _days(terms: Terms) -> float:
    return float("inf") if terms.retention_days is None else terms.retention_days
