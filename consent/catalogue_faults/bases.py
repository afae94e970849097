"""Whether one basis at a time holds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from consent.catalogue_faults.values import Fault


def overlaps(entries: Sequence[Mapping[str, Any]], pointer: str) -> Iterator[Fault]:
    """One basis at a time (GDPR Art. 6(1), 13(1)(c)): of two that meet, the later is at fault."""
    spans: list[tuple[str, datetime, datetime | None, int]] = []
    for index, entry in enumerate(entries):
        since = datetime.fromisoformat(entry["effective_from"])
        until = entry.get("effective_until")
        ends = datetime.fromisoformat(until) if until else None
        if ends is not None and ends <= since:
            yield Fault(f"{pointer}/{index}/effective_until", "It ends before it begins.")
        spans.append((entry["jurisdiction"], since, ends, index))
    spans.sort(key=lambda span: span[:2])
    for (place, _, ends, _), (other, since, _, index) in pairwise(spans):
        if place == other and (ends is None or since < ends):
            yield Fault(
                f"{pointer}/{index}/effective_from",
                "Another basis is still in force then; give that one an effective_until.",
            )
