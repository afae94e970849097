"""Whether what witnesses signed is what the log says now, and whether they keep up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from audit import witnesses
from audit.checkpoints import BadCheckpoint, VerifierKey
from audit.cosignatures import cosignature, cosigned
from audit.models import SignedHead
from audit.policies import Policy
from audit.standing import INCONSISTENT
from audit.verify import Problem
from audit.witnesses import Standing

# Because a checkpoint younger than this may still be on its way.
PATIENCE = timedelta(minutes=1)
PAGE = 1000

_KEPT = """
SELECT c.size, c.name, c.key_id, c.line, h.note
FROM audit_cosignature c LEFT JOIN audit_checkpoint h USING (size)
WHERE (c.size, c.name, c.key_id) > (%s, %s, %s)
ORDER BY c.size, c.name, c.key_id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Report:
    """`expected` is the size that all should have cosigned by now, `quorum` what a quorum has.

    `problem`: a witness contradicts the log, which was rewritten, or rewound.
    """

    cosignatures: int
    expected: int
    quorum: int
    standings: list[Standing]
    problem: Problem | None

    @property
    def lagging(self) -> list[Standing]:
        """The witnesses that have not cosigned what they should have by now."""
        return [one for one in self.standings if one.size < self.expected]

    @property
    def quorum_missing(self) -> bool:
        """Whether the quorum has not seen what it should have by now."""
        return self.quorum < self.expected


def check(policy: Policy, *, at: datetime) -> Report:
    """Reads every cosignature again; the checkpoints themselves are `audit.verify`'s."""
    count, problem = _fitting({(key.name, key.id): key for key in policy.keys})
    found = witnesses.standings(policy)
    expected = expected_size(at=at)
    quorum = witnesses.latest_quorum(policy)
    reached = expected if policy.fewest == 0 else (quorum.size if quorum else 0)
    return Report(count, expected, reached, found, problem or _refused(found))


def expected_size(*, at: datetime) -> int:
    """The size that all witnesses should have cosigned by now; 0 for an empty log."""
    settled = SignedHead.objects.filter(at__lte=at - PATIENCE).order_by("-size").first()
    return settled.size if settled else 0


def _fitting(keys: dict[tuple[str, bytes], VerifierKey]) -> tuple[int, Problem | None]:
    count = 0
    for size, name, key_id, line, note in _kept():
        key = keys.get((name, bytes(key_id)))
        if key is None:
            continue
        if not _fits(note, line, key):
            return count, Problem(
                f"{name} cosigned another checkpoint of size {size} than the log has now: "
                "the log was rewritten, or the cosignature was.",
                size - 1,
            )
        count += 1
    return count, None


def _fits(note: str | None, line: str, key: VerifierKey) -> bool:
    try:
        return note is not None and cosignature(cosigned(note, [line]), key) is not None
    except BadCheckpoint:
        return False


def _refused(found: list[Standing]) -> Problem | None:
    for one in found:
        if one.reason == INCONSISTENT:
            return Problem(
                f"{one.name} refuses the log of size {one.refused_size}, because it saw another "
                "history: the log was rewritten, or rewound.",
                one.size,
            )
    return None


def _kept() -> Iterator[tuple[Any, ...]]:
    after: tuple[Any, ...] = (0, "", b"")
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_KEPT, [*after, PAGE])
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1][:3]
