"""Who outside has seen the log, and up to where."""

from dataclasses import dataclass
from datetime import datetime

from audit import witnesses
from audit.policy_files import PolicyProblem
from audit.witness_check import expected_size


@dataclass(frozen=True, slots=True)
class Line:
    """One witness: its state is seen, behind, or refused; `size` 0 where it never cosigned."""

    name: str
    size: int
    at: datetime | None
    state: str
    reason: str
    refused_size: int


@dataclass(frozen=True, slots=True)
class Seen:
    """`lines` is empty where no policy is set; `quorum` is the size that enough have seen.

    `fault` says what is wrong with the policy.
    """

    lines: list[Line]
    quorum: int
    fault: str = ""


def seen(*, at: datetime) -> Seen:
    """A few small reads."""
    try:
        policy = witnesses.policy()
    except PolicyProblem as problem:
        return Seen([], 0, str(problem))
    if policy is None:
        return Seen([], 0)
    expected, quorum = expected_size(at=at), witnesses.latest_quorum(policy)
    lines = [
        Line(one.name, one.size, one.at, _state(one, expected), one.reason, one.refused_size)
        for one in witnesses.standings(policy)
    ]
    return Seen(lines, quorum.size if quorum else 0)


def _state(one: witnesses.Standing, expected: int) -> str:
    if one.reason:
        return "refused"
    return "seen" if one.size >= expected else "behind"
