"""One event about many people: what is common to all, and who stands in which group.

    {"purpose": ..., "people": 3, "each": [
        {"kind": "decision.permit", "facts": {...}, "leaves": "BASE64", "unnamed": 0}, ...]}

A person's leaf is the beginning of their tag of the month, so that they, and nobody without
their key, can show which group they are in. Leaves are in rising order, which tells nothing.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from audit.bodies import Fact

LEAF_BYTES = 10
EACH = "each"


class Group(NamedTuple):
    """People for whom the event is the same: its kind and facts, and their tags.

    `unnamed` counts people without a tag: nobody we know, or erased.
    """

    kind: str
    facts: Mapping[str, Fact]
    tags: Sequence[bytes]
    unnamed: int = 0


class Found(NamedTuple):
    """What the event is for one person."""

    kind: str
    tag: bytes
    facts: dict[str, Any]


def joined(facts: Mapping[str, Fact], groups: Iterable[Group]) -> dict[str, Fact]:
    """The facts of the event: common ones, and one member of `each` per group."""
    each: list[Any] = []
    people = 0
    for group in groups:
        leaves = sorted(tag[:LEAF_BYTES] for tag in set(group.tags))
        people += len(group.tags) + group.unnamed
        each.append(
            {
                "kind": group.kind,
                "facts": dict(group.facts),
                "leaves": b64encode(b"".join(leaves)).decode(),
                "unnamed": group.unnamed,
            }
        )
    return dict(facts) | {"people": people, EACH: each}


def find(facts: Mapping[str, Any], tags: Iterable[bytes]) -> Found | None:
    """What an event with these facts is for the person with these tags; None: not about them."""
    wanted = {tag[:LEAF_BYTES]: tag for tag in tags}
    for group in facts.get(EACH, ()):
        leaves = b64decode(group["leaves"])
        for start in range(0, len(leaves), LEAF_BYTES):
            tag = wanted.get(leaves[start : start + LEAF_BYTES])
            if tag is not None:
                common = {name: value for name, value in facts.items() if name != EACH}
                return Found(group["kind"], tag, common | group["facts"])
    return None
