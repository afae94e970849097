"""The result of a replay, worded for officers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consent.queries.replay_runs import Run
from console.queries.words import words

KINDS = ("gain", "lose", "more", "less")
REASONS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of change: `people` is a number, or two where several months were replayed."""

    kind: str
    decisions: int
    at_least: int
    at_most: int
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PurposeLine:
    """What one asker would gain or lose of one purpose."""

    purpose: str
    asked_by: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the page shows of a result."""

    decisions: int
    decided: int
    same: int
    in_bulk: int
    lines: tuple[Line, ...]
    purposes: tuple[PurposeLine, ...]
    reasons: tuple[tuple[str, str, int], ...]
    left_out: tuple[tuple[str, int], ...]

    @property
    def empty(self) -> bool:
        """Whether there was nothing to decide again."""
        return self.decisions == 0

    @property
    def unchanged(self) -> bool:
        """Whether the draft changes no decision."""
        return not any(line.decisions for line in self.lines)


def shown(run: Run) -> Findings | None:
    """The findings of a run that is done; None before."""
    if run.result is None:
        return None
    result = run.result
    return Findings(
        decisions=result["decisions"],
        decided=result["decided"],
        same=result["changes"]["same"],
        in_bulk=result.get("in_bulk", 0),
        lines=tuple(_line(kind, result) for kind in KINDS),
        purposes=tuple(_purpose(row) for row in result["purposes"]),
        reasons=tuple(
            (row["before"], row["after"], row["decisions"])
            for row in result["reasons"][:REASONS_SHOWN]
        ),
        left_out=tuple(result["left_out"].items()),
    )


def _line(kind: str, result: Mapping[str, Any]) -> Line:
    people = result["people"][kind]
    return Line(
        kind=kind,
        decisions=result["changes"][kind],
        at_least=people["at_least"],
        at_most=people["at_most"],
        places=tuple(people["jurisdictions"].items()),
    )


def _purpose(row: Mapping[str, Any]) -> PurposeLine:
    called = words()
    return PurposeLine(
        purpose=called.purposes.get(row["purpose"], row["purpose"]),
        asked_by=called.recipients.get(row["asked_by"], row["asked_by"]),
        counts=tuple(row[kind] for kind in KINDS),
    )
