"""Deciding again what was decided before: logged decisions as questions, and what changes.

Pure: where the decisions, the shapes and the catalogues come from is for the caller.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from consent import figures, rulings
from consent.catalogue import Catalogue
from consent.questions import Question

OUTCOMES_KEPT: Final = 50_000
GAIN, LOSE, MORE, LESS, SAME = "gain", "lose", "more", "less", "same"
CHANGES: Final = (GAIN, LOSE, MORE, LESS)
_FAR: Final = timedelta(days=1)


class NotReplayable(ValueError):
    """The entry does not hold what a decision needs; `cause` is a code, stable for counting."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Logged(NamedTuple):
    """A decision as the log has it: the question, what it rested on, and the answer.

    `shape` is empty for nobody we knew; `catalogue` None where the entry does not say. `people`
    is how many permitted at once, where a purpose of figures depends on it.
    """

    event: UUID
    at: datetime
    tag: bytes | None
    question: Question
    shape: bytes
    catalogue: int | None
    permitted: bool
    reason: str
    denied: Mapping[str, str]
    notice: str | None
    covered: tuple[str, ...] | None
    people: int = figures.ONE


def logged(*, event: UUID, at: datetime, tag: bytes | None, facts: Mapping[str, Any]) -> Logged:
    """The decision in the facts of a log entry; raises NotReplayable."""
    try:
        return Logged(
            event=event,
            at=at,
            tag=tag,
            question=_question(facts, at),
            shape=bytes.fromhex(facts.get("shape", "")),
            catalogue=facts.get("catalogue"),
            permitted=facts["permitted"] is True,
            reason=str(facts["reason"]),
            denied=dict(facts.get("denied", {})),
            notice=facts.get("notice"),
            covered=tuple(facts["covered"]) if "covered" in facts else None,
            people=int(facts.get("over", figures.ONE)),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NotReplayable("ENTRY_DAMAGED") from None


def _question(facts: Mapping[str, Any], at: datetime) -> Question:
    timing = {1: at + _FAR, 2: at - _FAR}
    return Question(
        subject_id=None,
        purpose=str(facts["purpose"]),
        attributes=tuple(facts["attributes"]),
        recipient=str(facts["recipient"]),
        channel=facts.get("channel"),
        jurisdictions=tuple(facts.get("jurisdictions", ())),
        signal=facts.get("signal") is True,
        time=timing.get(facts.get("timing", 0)),
        feature=str(facts.get("feature", "")),
    )


class Decider:
    """Decides each distinct (shape, question, catalogue, period) once, in bounded memory."""

    def __init__(self, content_of: Callable[[bytes], Mapping[str, Any]]) -> None:
        self._content_of = content_of
        self._known: dict[tuple[object, ...], rulings.Outcome] = {}
        self.decided = 0

    def content(self, decision: Logged) -> Mapping[str, Any] | None:
        """The state that the decision rested on; None for nobody we knew."""
        return self._content_of(decision.shape) if decision.shape else None

    def outcome(self, decision: Logged, catalogue: Catalogue, at: datetime) -> rulings.Outcome:
        """What the rules say of the same question and state under `catalogue`, at `at`."""
        question = decision.question
        if question.time is not None and at != decision.at:
            shift = at - decision.at
            question = Question(**(_members(question) | {"time": question.time + shift}))
        state = rulings.outcome_key(
            question=question, catalogue=catalogue, shape=decision.shape, at=at
        )
        key = (*state, decision.people)
        found = self._known.get(key)
        if found is None:
            found = figures.held_to(
                rulings.outcome(
                    question=question, catalogue=catalogue, content=self.content(decision), at=at
                ),
                least=figures.least_people(question.purpose, catalogue),
                people=decision.people,
            )
            self.decided += 1
            if len(self._known) >= OUTCOMES_KEPT:
                self._known.clear()
            self._known[key] = found
        return found


def _members(question: Question) -> dict[str, Any]:
    return {name: getattr(question, name) for name in Question.__dataclass_fields__}


class Difference(NamedTuple):
    """A decision that the rules would not give today as it stands in the log."""

    event: UUID
    at: datetime
    member: str
    logged: str
    recomputed: str


def differences(decision: Logged, found: rulings.Outcome) -> list[Difference]:
    """What of a logged decision is not what `found` says; empty where all is equal."""
    denied = {
        code: answer.reason_code
        for code, answer in found.answers.items()
        if not answer.permit and answer.reason_code != found.decision.reason_code
    }
    pairs: dict[str, tuple[object, object]] = {
        "permitted": (decision.permitted, found.decision.permit),
        "reason": (decision.reason, found.decision.reason_code),
        "denied": (dict(decision.denied), denied),
        "notice": (decision.notice, found.notice),
    }
    if decision.covered is not None:
        pairs["covered"] = (sorted(decision.covered), sorted(found.covered))
    return [
        Difference(decision.event, decision.at, member, _text(before), _text(now))
        for member, (before, now) in pairs.items()
        if before != now
    ]


def yes_or_no_differs(decision: Logged, found: rulings.Outcome) -> list[Difference]:
    """As `differences` for an entry that gives no more than the answer."""
    before, now = _text(decision.permitted), _text(found.decision.permit)
    if before == now:
        return []
    return [Difference(decision.event, decision.at, "permitted", before, now)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def change(decision: Logged, before: rulings.Outcome | None, after: rulings.Outcome) -> str:
    """GAIN, LOSE, MORE, LESS or SAME. Parts are compared where `before` could be recomputed."""
    if decision.permitted != after.decision.permit:
        return GAIN if after.decision.permit else LOSE
    if before is None or decision.permitted:
        return SAME
    old, new = set(before.covered), set(after.covered)
    if old == new:
        return SAME
    return MORE if new > old else LESS if new < old else MORE if len(new) > len(old) else LESS


@dataclass(slots=True)
class Tally:
    """What a replay has counted so far; its size does not grow with the decisions.

    `in_bulk` counts the decisions that stand in entries about many people.
    """

    entries: int = 0
    decisions: int = 0
    in_bulk: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    purposes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    jurisdictions: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def count(
        self, decision: Logged, kind: str, after: rulings.Outcome, places: str, *, people: int = 1
    ) -> None:
        """A decision about so many people and what became of it; `places` bound them."""
        self.decisions += people
        self.changes[kind] += people
        self.reasons[decision.reason, after.decision.reason_code] += people
        if kind != SAME:
            asker = decision.question.feature or decision.question.recipient
            self.purposes[decision.question.purpose, asker, kind] += people
            self.jurisdictions[kind, places] += people

    def shown(self) -> dict[str, Any]:
        """The counts as JSON, the largest first."""
        named = sorted({(purpose, asker) for purpose, asker, _kind in self.purposes})
        return {
            "entries": self.entries,
            "decisions": self.decisions,
            "in_bulk": self.in_bulk,
            "left_out": dict(self.left_out.most_common()),
            "changes": {kind: self.changes[kind] for kind in (*CHANGES, SAME)},
            "purposes": [
                {"purpose": purpose, "asked_by": asker}
                | {kind: self.purposes[purpose, asker, kind] for kind in CHANGES}
                for purpose, asker in named
            ],
            "reasons": [
                {"before": before, "after": after, "decisions": count}
                for (before, after), count in self.reasons.most_common()
            ],
            "jurisdictions": {
                kind: {
                    place: count
                    for (one, place), count in self.jurisdictions.most_common()
                    if one == kind
                }
                for kind in CHANGES
            },
        }


def places_of(decision: Logged, content: Mapping[str, Any] | None) -> str:
    """The jurisdictions a decision was bound by, joined by `+`."""
    stored = tuple(content["jurisdictions"]) if content else ()
    return "+".join(dict.fromkeys((*stored, *decision.question.jurisdictions))) or "UNKNOWN"
