"""Which of several statements about one use holds, and why: one lattice for every source.

A browser's signal, strings of consent platforms, the portal, partners, imports, agents,
guardians and officers may contradict each other. What restricts wins, unless a later, specific
act of the person says otherwise and the law lets it:

- the signal wins over an older setting (11 CCR 7025(c)(3)); a later opt-in in two steps stands
  (7025(c)(4), 7028), though the signal goes on;
- under opt-in laws the signal objects to marketing that rests on an interest (GDPR 21(5)); it
  neither gives nor takes a consent;
- a parent's No is not lifted by the child (GDPR 8), no No is lifted by an import, and nothing at
  all by a browser or an agent;
- an opt-out or opt-in under one law makes and ends no consent under another: what the section of
  a US state says of sale binds sale and sharing, and no answer to anything else.

The gate does not ask this module. It folds the same events (`consent.folding`), and tests hold
the two against each other, so that what a page says is what the gate does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from consent.vocabulary import MARKETING_CLASSES, OWN_NO_CLASSES, SOLD_CLASSES

Source = Literal[
    "signal", "tcf", "gpp", "portal", "partner", "import", "agent", "guardian", "officer"
]
Why = Literal[
    "nothing_said",
    "yes_stands",
    "yes_after_no",
    "own_no",
    "guardian_no",
    "signal",
    "opt_out",
    "objection",
    "two_steps_missing",
    "void",
]
# Because these speak for a browser or by a permission to opt out, they can only narrow.
NARROWS_ONLY: Final = frozenset({"signal", "agent"})
STRINGS: Final = frozenset({"tcf", "gpp"})
YES: Final = frozenset({"given", "renewed", "opted_in", "confirmed"})
OWN_NO: Final = frozenset({"refused", "withdrawn"})
VOID: Final = frozenset({"invalidated", "revoked"})
STATES: Final = YES | OWN_NO | VOID | {"objected", "opted_out", "signal_on", "signal_off"}
# Classes whose opt-out or objection is a mark of the person, not an answer to one use.
_MARKED_OBJECTION: Final = frozenset({"direct_marketing", "cross_context_ads"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that was said about a use (`named`) or by the person as a whole.

    `at` is when it was said. `two_step`: asked twice, and answered twice.
    """

    state: str
    source: Source
    at: datetime
    named: bool = True
    two_step: bool = False
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What the law of one place makes of statements about one use.

    `hears_signal`: Sec-GPC opts out of sale and sharing here. `two_steps`: a Yes after an
    opt-out counts only if it was confirmed. `minor`: a guardian's No binds.
    """

    purpose_class: str
    opt_in: bool
    on_consent: bool
    hears_signal: bool = True
    two_steps: bool = False
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The statement that holds, the contrary one it holds over, and why.

    `permits` is what follows if nothing else stands against the use.
    """

    permits: bool
    why: Why
    holds: Statement | None = None
    over: Statement | None = None


def source_of(*, method: str, actor: str) -> Source:
    """Whose voice an event is, by its codes."""
    if actor in {"guardian", "agent", "officer"}:
        return actor  # type: ignore[return-value]
    if method in {"signal", "tcf", "gpp", "import"}:
        return method  # type: ignore[return-value]
    if method in {"portal", "portal_without_account", "stop_link"}:
        return "portal"
    return "partner"


def weigh(statements: Iterable[Statement], grounds: Sequence[Ground]) -> Found:
    """What holds where all of `grounds` bind: the most restrictive place wins.

    Total and deterministic; the order of `statements` does not matter, nor do repetitions.
    """
    said = sorted(set(statements), key=_order)
    found = [_weigh(said, ground) for ground in grounds]
    return next((each for each in found if not each.permits), found[0])


def _order(statement: Statement) -> tuple[datetime, bool, str]:
    # Because at equal times what restricts counts last, as it does in the fold.
    narrows = statement.state not in YES and statement.state != "signal_off"
    # Because only a total order gives the same answer in every process.
    rest = (statement.state, statement.source, statement.named, statement.two_step, statement.id)
    return (statement.at, narrows, repr(rest))


def _weigh(said: Sequence[Statement], ground: Ground) -> Found:
    answer = _answer(said, ground)
    yes = answer if answer is not None and answer.state in YES else None
    parent = _parent_answer(said, ground)
    parent_refused = ground.minor and parent is not None and parent.state not in YES
    # Because neither the child's Yes nor its end takes back what the parent said.
    if parent_refused and answer is not None and answer.state in YES | VOID:
        return Found(False, "guardian_no", parent, over=yes or _last_yes(said))
    against = _against(said, ground)
    lifted = yes is not None and _lifts(yes, said, ground)
    standing = [no for no in against if not (lifted and no.liftable)]
    if standing:
        return _denied(standing[0], yes or _last_yes(said), ground, said)
    if yes is not None:
        before = against[0].statement if against else _last(said, OWN_NO)
        return Found(True, "yes_after_no" if before else "yes_stands", yes, over=before)
    if answer is not None and answer.state in VOID:
        return Found(not ground.on_consent, "void", answer, over=_last_yes(said))
    if answer is not None:
        return Found(False, "own_no", answer, over=_last_yes(said))
    return Found(not ground.on_consent, "nothing_said")


def _answer(said: Sequence[Statement], ground: Ground) -> Statement | None:
    """The answer to this use that stands; what others say of a Yes never lifts a No."""
    standing = None
    for each in said:
        no_stands = standing is not None and standing.state not in YES | VOID
        if _answers(each, ground, said) and not (each.state in VOID and no_stands):
            standing = each
    return standing


def _parent_answer(said: Sequence[Statement], ground: Ground) -> Statement | None:
    """What a parent or guardian last answered to this use: to opt out of it is a No as well."""
    answers = [each for each in said if each.source == "guardian" and _answers(each, ground, said)]
    return _last(answers, YES | OWN_NO | {"opted_out"})


@dataclass(frozen=True, slots=True)
class _No:
    statement: Statement
    why: Why
    liftable: bool = True


def _answers(statement: Statement, ground: Ground, said: Sequence[Statement]) -> bool:
    """Whether a statement is an answer to this use (a Yes counts only from who may say it)."""
    if not statement.named:
        return False
    if statement.state == "opted_out":
        return ground.purpose_class not in SOLD_CLASSES | {"significant_decision"}
    if statement.state in OWN_NO | VOID:
        return True
    if not _may_permit(statement):
        return False
    return statement.source != "import" or not any(
        _is_no(each) and _order(each) < _order(statement) for each in said
    )


def _may_permit(statement: Statement) -> bool:
    """Whether a Yes may count: a string's only as a consent, never as an opt-in after a No."""
    if statement.source in STRINGS and statement.state == "opted_in":
        return False
    return statement.state in YES and statement.source not in NARROWS_ONLY


def _is_no(statement: Statement) -> bool:
    return statement.state not in YES and statement.state != "signal_off"


def _against(said: Sequence[Statement], ground: Ground) -> list[_No]:
    """The marks that stand against the use, the one that the gate names first."""
    sold, marketing = SOLD_CLASSES, MARKETING_CLASSES
    on_later_consent = not ground.opt_in or ground.on_consent
    objections = [each for each in said if each.state == "objected"]
    general = _last([each for each in objections if _is_general(each, ground)])
    specific = _last([each for each in objections if not _is_general(each, ground)])
    signal, opted_out = _signal(said), _last(said, {"opted_out"})
    found: list[_No] = []
    if general is not None and ground.purpose_class in marketing:
        found.append(_No(general, "objection", on_later_consent))
    if signal is not None and _signal_binds(ground):
        found.append(_No(signal, "signal", on_later_consent))
    if opted_out is not None and ground.purpose_class in sold:
        found.append(_No(opted_out, "opt_out", on_later_consent))
    if specific is not None and ground.purpose_class in OWN_NO_CLASSES:
        # Because what rests on no consent cannot be lifted by one (GDPR 21(1), (3)).
        found.append(_No(specific, "objection", ground.on_consent))
    return found


def _is_general(statement: Statement, ground: Ground) -> bool:
    """Whether an objection is one to marketing as a whole, whatever it names."""
    return not statement.named or ground.purpose_class in _MARKED_OBJECTION


def _signal(said: Sequence[Statement]) -> Statement | None:
    last = _last(said, {"signal_on", "signal_off"})
    return last if last is not None and last.state == "signal_on" else None


def _signal_binds(ground: Ground) -> bool:
    if ground.purpose_class in SOLD_CLASSES and ground.hears_signal:
        return True
    return ground.opt_in and not ground.on_consent and ground.purpose_class in MARKETING_CLASSES


def _lifts(yes: Statement, said: Sequence[Statement], ground: Ground) -> bool:
    """Whether a Yes is later than every No of the person, and confirmed where it must be."""
    marks = _marks(said, ground)
    if any(yes.at <= each.at for each in marks):
        return False
    asked_twice = ground.two_steps or any(each.state != "objected" for each in marks)
    return not asked_twice or yes.two_step or yes.state == "opted_in"


def _marks(said: Sequence[Statement], ground: Ground) -> list[Statement]:
    """Objections, opt-outs and the signal; an opt-out of one use that is not sold is an answer."""
    sold = ground.purpose_class in SOLD_CLASSES
    marks = [
        each
        for each in said
        if each.state == "objected" or (each.state == "opted_out" and (sold or not each.named))
    ]
    signal = _signal(said)
    return marks if signal is None else [*marks, signal]


def _denied(no: _No, yes: Statement | None, ground: Ground, said: Sequence[Statement]) -> Found:
    later = yes is not None and all(yes.at > each.at for each in _marks(said, ground))
    if later and no.liftable:
        return Found(False, "two_steps_missing", no.statement, over=yes)
    return Found(False, no.why, no.statement, over=yes)


def _last_yes(said: Sequence[Statement]) -> Statement | None:
    return _last([each for each in said if _may_permit(each)], YES)


def _last(said: Sequence[Statement], states: Iterable[str] = STATES) -> Statement | None:
    """The last statement that names a state; a Yes or a No only where it names the use."""
    found = [
        each
        for each in said
        if each.state in states and (each.named or each.state not in YES | OWN_NO | VOID)
    ]
    return found[-1] if found else None
