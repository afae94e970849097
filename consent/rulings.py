"""Putting a question to the rules and wording the answer: pure, one ruling per question."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from consent import cases
from consent.catalogue import Catalogue
from consent.decisions import Decision
from consent.decisions.stops import FREQUENCY_REACHED
from consent.decisions.verdicts import denial
from consent.questions import Question, Ruling

_UNAVAILABLE = denial("DECISION_UNAVAILABLE")
_REPLAY_ONLY = denial("REPLAY_ONLY")
_MALFORMED = denial("INVALID_REQUEST")


@dataclass(frozen=True, slots=True)
class VerdictFacts:
    """What the rules permit one shape for one purpose, recipient and channel, in one period."""

    key: bytes
    shape: bytes
    catalogue: int
    purpose: str
    recipient: str
    channel: str
    permitted: tuple[str, ...]
    valid_until: datetime | None


class Outcome(NamedTuple):
    """What the rules say of a shape and a question, whoever asks it of whomever."""

    decision: Decision
    answers: Mapping[str, Decision]
    covered: tuple[str, ...]
    notice: str | None


def outcome(
    *,
    question: Question,
    catalogue: Catalogue,
    content: Mapping[str, Any] | None,
    at: datetime,
) -> Outcome:
    """Decide `question` for a person whose state has `content` (None: nobody we know)."""
    answers, covered = _answers(question, catalogue, content, at)
    denials = (answer for answer in answers.values() if not answer.permit)
    decision = next(denials, next(iter(answers.values()), _MALFORMED))
    return Outcome(decision, answers, covered, _notice(question, catalogue, content))


def outcome_key(
    *, question: Question, catalogue: Catalogue, shape: bytes, at: datetime
) -> tuple[object, ...]:
    """All that `outcome` depends on: equal keys have equal outcomes, for ever."""
    return (
        shape,
        catalogue.version,
        catalogue.period(at),
        timing(question, at),
        question.purpose,
        question.attributes,
        question.recipient,
        question.channel,
        question.jurisdictions,
        question.signal,
    )


def timing(question: Question, at: datetime) -> int:
    """Whether a question is about now (0), a time to come (1) or a time gone by (2)."""
    if question.time is None:
        return 0
    if question.time > at + cases.TIME_TOLERANCE:
        return 1
    return 2 if question.time < at - cases.TIME_TOLERANCE else 0


def ruling(
    *,
    found: Outcome,
    shape: bytes,
    epoch: int | None,
    until: datetime | None,
    at: datetime,
    ruling_id: UUID,
    catalogue: int = 0,
) -> Ruling:
    """The outcome as the answer to one ask about one person."""
    return Ruling(
        id=ruling_id,
        permitted=found.decision.permit,
        reason_code=found.decision.reason_code,
        obligations=found.decision.obligations,
        attributes=found.answers,
        as_of=at,
        covered=found.covered,
        valid_until=until,
        notice=found.notice,
        epoch=epoch,
        shape=shape,
        catalogue=catalogue,
    )


def _answers(
    question: Question, catalogue: Catalogue, content: Mapping[str, Any] | None, at: datetime
) -> tuple[dict[str, Decision], tuple[str, ...]]:
    if question.time is not None and question.time < at - cases.TIME_TOLERANCE:
        return dict.fromkeys(question.attributes, _REPLAY_ONLY), ()
    named = {code: catalogue.leaves(code) or (code,) for code in question.attributes}
    leaves = tuple(dict.fromkeys(leaf for group in named.values() for leaf in group))
    asked = cases.build(
        question=question, leaves=leaves, catalogue=catalogue, content=content, at=at
    )
    decided = cases.decide_leaves(asked, catalogue.policy)
    answers: dict[str, Decision] = {}
    for code, members in named.items():
        denied = [leaf for leaf in members if not decided[leaf].permit]
        answers[code] = decided[denied[0]] if denied else decided[members[0]]
        if denied and len(denied) < len(members):
            # Because only a part is refused, each member says how it stands.
            answers |= {leaf: decided[leaf] for leaf in members}
    covered = tuple(leaf for leaf in leaves if decided[leaf].permit)
    return answers, covered


def _notice(
    question: Question, catalogue: Catalogue, content: Mapping[str, Any] | None
) -> str | None:
    record = content["purposes"].get(question.purpose) if content else None
    version = record["notice"] if record else None
    if version is None:
        purpose = catalogue.purposes.get(question.purpose)
        version = purpose.live_notice if purpose else None
    return f"{question.purpose}@{version}" if version is not None else None


def unavailable(question: Question, at: datetime) -> Ruling:
    """The answer where the store or the log is out of reach: deny, and ask again later."""
    return Ruling(
        id=UUID(int=0),
        permitted=False,
        reason_code=_UNAVAILABLE.reason_code,
        obligations=("REEVALUATE",),
        attributes=dict.fromkeys(question.attributes, _UNAVAILABLE),
        as_of=at,
    )


def too_often(ruling: Ruling) -> Ruling:
    """The ruling once the messages that a person allows in a time have been sent."""
    return ruling._replace(
        permitted=False,
        reason_code=FREQUENCY_REACHED.reason_code,
        obligations=FREQUENCY_REACHED.obligations,
        attributes=dict.fromkeys(ruling.attributes, FREQUENCY_REACHED),
        covered=(),
    )


def logged(
    ruling: Ruling, *, event: UUID, valid_until: datetime, permit: UUID | None = None
) -> Ruling:
    """The same ruling, once it is on record."""
    return ruling._replace(event=event, valid_until=valid_until, permit=permit)


def facts(question: Question, ruling: Ruling) -> dict[str, Any]:
    """What the log keeps of a ruling: names and codes, never a value, never an id sent."""
    kept: dict[str, Any] = {
        "decision": str(ruling.id),
        "permitted": ruling.permitted,
        "reason": ruling.reason_code,
        "purpose": question.purpose,
        "attributes": list(question.attributes),
        "recipient": question.recipient,
    }
    denied = {
        code: answer.reason_code
        for code, answer in ruling.attributes.items()
        if not answer.permit and answer.reason_code != ruling.reason_code
    }
    optional: dict[str, Any] = {
        "channel": question.channel,
        "feature": question.feature,
        "jurisdictions": list(question.jurisdictions),
        "denied": denied,
        "notice": ruling.notice,
        "epoch": ruling.epoch,
        "shape": ruling.shape.hex(),
        # Because the entry alone must be enough to decide again (docs/officers.md, replay).
        "catalogue": ruling.catalogue,
        "signal": question.signal,
        "timing": timing(question, ruling.as_of),
    }
    return kept | {name: value for name, value in optional.items() if value}


def verdict_key(*, question: Question, catalogue: Catalogue, shape: bytes, at: datetime) -> bytes:
    """16 bytes that name all a verdict depends on, the period included."""
    parts = [
        str(catalogue.version),
        shape.hex(),
        question.purpose,
        question.recipient,
        question.channel or "",
        str(catalogue.period(at)),
        # Because the operator's switch changes what is permitted, and no version with it.
        *(["signal_statutory_only"] if catalogue.signal_statutory_only else []),
    ]
    return hashlib.sha256("\n".join(parts).encode()).digest()[:16]


def verdict(
    *,
    question: Question,
    catalogue: Catalogue,
    content: Mapping[str, Any],
    shape: bytes,
    at: datetime,
) -> VerdictFacts:
    """What the rules permit this shape of all that the purpose declares.

    It holds until the next instant at which a law or a basis changes by itself.
    """
    purpose = catalogue.purposes[question.purpose]
    leaves = tuple(sorted({leaf for code in purpose.attributes for leaf in catalogue.leaves(code)}))
    plain = Question(
        subject_id=None,
        purpose=question.purpose,
        attributes=leaves,
        recipient=question.recipient,
        channel=question.channel,
    )
    _, covered = _answers(plain, catalogue, content, at)
    return VerdictFacts(
        key=verdict_key(question=question, catalogue=catalogue, shape=shape, at=at),
        shape=shape,
        catalogue=catalogue.version,
        purpose=question.purpose,
        recipient=question.recipient,
        channel=question.channel or "",
        permitted=covered,
        valid_until=catalogue.next_moment(at),
    )
