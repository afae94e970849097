"""What the log says of a question about everybody: which states, of how many people, Yes or No.

    {"purpose": ..., "catalogue": 7, "yes": "BASE64", "no": "BASE64", ...}

`yes` and `no` are rows as of `audit.batches.rows`: a state by its mark, and how many have it.
Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from audit import batches
from audit.bodies import Fact
from consent import rulings
from consent.questions import Question

# Because an entry of the log has 16 KiB, and a row takes sixteen bytes of it.
ROWS_AT_ONCE = 800


class Share(NamedTuple):
    """How many of the people considered had one state, and whether it permits.

    As read back, `shape` is the first `audit.batches.MARK_BYTES` bytes of the state's digest.
    """

    shape: bytes
    people: int
    permits: bool


def facts_of(
    question: Question,
    catalogue: int,
    facts: Mapping[str, Fact],
    shares: Sequence[Share],
    at: datetime,
    *,
    any_part: bool = False,
    over: int | None = None,
) -> list[dict[str, Fact]]:
    """The facts of the entry, with `facts`, and of those that go on where it has no room.

    `any_part`: Yes means that some of what is asked is permitted, not all of it.
    """
    common = question_facts(question, catalogue, at, over=over)
    if any_part:
        common["any_part"] = True
    some = [row for row in shares if row.people]
    pages = [some[at : at + ROWS_AT_ONCE] for at in range(0, len(some), ROWS_AT_ONCE)] or [[]]
    entries = [common | _rows(page) for page in pages]
    return [entries[0] | dict(facts), *entries[1:]]


def question_facts(
    question: Question, catalogue: int, at: datetime, *, over: int | None = None
) -> dict[str, Fact]:
    """What was asked, as `rulings.facts` has it for one person: names and codes.

    `over`: how many people permitted at once, where a purpose of figures depends on it.
    """
    facts: dict[str, Fact] = {
        "purpose": question.purpose,
        "attributes": list(question.attributes),
        "recipient": question.recipient,
        "catalogue": catalogue,
    }
    optional: dict[str, Fact] = {
        "channel": question.channel,
        "feature": question.feature,
        "jurisdictions": list(question.jurisdictions),
        "signal": question.signal,
        "timing": rulings.timing(question, at),
        "over": over,
    }
    return facts | {name: value for name, value in optional.items() if value}


def _rows(shares: Sequence[Share]) -> dict[str, Fact]:
    return {
        name: batches.rows([(row.shape, row.people) for row in shares if row.permits is permits])
        for name, permits in (("yes", True), ("no", False))
    }


def shares_of(facts: Mapping[str, Any]) -> Iterator[Share]:
    """Read back; raises KeyError where the entry names none, ValueError."""
    for name, permits in (("yes", True), ("no", False)):
        for mark, people in batches.counted(facts[name]):
            yield Share(mark, people, permits)
