"""One event about many people: what is common to all, and who stands in which group.

    {"purpose": ..., "people": 3, "each": [
        {"kind": "decision.permit", "facts": {...}, "leaves": "BASE64", "unnamed": 0,
         "marks": "BASE64", "unnamed_marks": "BASE64"}, ...]}

A person's leaf is the beginning of their tag of the month, so that they, and nobody without
their key, can show which group they are in. Where a group has parts, `marks` says on what the
event rests for how many leaves, one part after the other (MARK_BYTES and a count of COUNT_BYTES
each), and `unnamed_marks` says it for people without a leaf. Within a part leaves are in rising
order, which tells nothing.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from audit.bodies import Fact

LEAF_BYTES = 10
MARK_BYTES = 8
COUNT_BYTES = 4
EACH = "each"
_ROW = MARK_BYTES + COUNT_BYTES


class Part(NamedTuple):
    """People of a group for whom the event rests on the same; the first MARK_BYTES of `mark`
    name it. As read back, `tags` are leaves.
    """

    mark: bytes
    tags: Sequence[bytes]
    unnamed: int = 0


class Group(NamedTuple):
    """People for whom the event is the same: its kind and facts, and their tags.

    `unnamed` counts people without a tag: nobody we know, or erased. Where there are `parts`,
    `tags` and `unnamed` are those of all of them.
    """

    kind: str
    facts: Mapping[str, Fact]
    tags: Sequence[bytes]
    unnamed: int = 0
    parts: Sequence[Part] = ()


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
        people += len(group.tags) + group.unnamed
        each.append(
            {"kind": group.kind, "facts": dict(group.facts), "unnamed": group.unnamed}
            | _listed(group)
        )
    return dict(facts) | {"people": people, EACH: each}


def _listed(group: Group) -> dict[str, Fact]:
    if not group.parts:
        return {"leaves": _text(_leaves(group.tags))}
    leaves = [_leaves(part.tags) for part in group.parts]
    named = [(part.mark, len(own)) for part, own in zip(group.parts, leaves, strict=True) if own]
    unnamed = [(part.mark, part.unnamed) for part in group.parts if part.unnamed]
    shown: dict[str, Fact] = {
        "leaves": _text(map(b"".join, leaves)),
        "marks": rows(named),
    }
    return shown | {"unnamed_marks": rows(unnamed)} if unnamed else shown


def _leaves(tags: Iterable[bytes]) -> list[bytes]:
    return sorted({tag[:LEAF_BYTES] for tag in tags})


def _text(pieces: Iterable[bytes]) -> str:
    return b64encode(b"".join(pieces)).decode()


def rows(counted: Iterable[tuple[bytes, int]]) -> str:
    """Marks, of which the first MARK_BYTES are kept, with their counts, as BASE64."""
    return _text(
        mark[:MARK_BYTES].ljust(MARK_BYTES, b"\0") + count.to_bytes(COUNT_BYTES, "big")
        for mark, count in counted
    )


def counted(text: str) -> Iterator[tuple[bytes, int]]:
    """What `rows` wrote; the mark of nothing is empty. Raises ValueError."""
    data = b64decode(text, validate=True)
    if len(data) % _ROW:
        raise ValueError("The marks are cut off.")
    for start in range(0, len(data), _ROW):
        mark = data[start : start + MARK_BYTES]
        count = int.from_bytes(data[start + MARK_BYTES : start + _ROW], "big")
        yield (mark if any(mark) else b"", count)


def parts(group: Mapping[str, Any]) -> Iterator[Part]:
    """The parts of one member of `each`; raises KeyError where it names none, ValueError."""
    leaves, start = b64decode(group["leaves"], validate=True), 0
    for mark, count in counted(group["marks"]):
        end = start + count * LEAF_BYTES
        if end > len(leaves):
            raise ValueError("More leaves are counted than there are.")
        own = [leaves[at : at + LEAF_BYTES] for at in range(start, end, LEAF_BYTES)]
        yield Part(mark, own)
        start = end
    if start != len(leaves):
        raise ValueError("The leaves are not those that are counted.")
    for mark, count in counted(group.get("unnamed_marks", "")):
        yield Part(mark, (), count)


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
