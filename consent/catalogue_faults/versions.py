"""Whether the versions of a notice follow each other in a catalogue document."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from consent.catalogue_faults.values import Fault


def order(notices: Sequence[Mapping[str, Any]], pointer: str) -> Iterator[Fault]:
    """Versions that stand twice or run backwards, and languages that stand twice."""
    before: tuple[int, datetime] | None = None
    for index, notice in enumerate(notices):
        place = f"{pointer}/{index}"
        here = (notice["version"], datetime.fromisoformat(notice["published_at"]))
        if before is not None and here[0] <= before[0]:
            yield Fault(f"{place}/version", "Versions stand in their order, each once.")
        elif before is not None and here[1] <= before[1]:
            yield Fault(f"{place}/published_at", "It was published before the version above it.")
        before = here
        seen: set[str] = set()
        for at, words in enumerate(notice["texts"]):
            if words["language"] in seen:
                yield Fault(f"{place}/texts/{at}/language", "This is in the list already.")
            seen.add(words["language"])
