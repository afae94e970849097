"""How often people may be asked for a Yes, and what for: pure, the same on every channel.

At most one question per visit and three in ninety days, none where somebody pays or complains,
none that was answered, and a No is remembered for half a year at least (EDPB 03/2022,
"continuous prompting"; CIV 1798.135(c)(4)). A deployment can only be stricter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from consent import rulings
from consent.catalogue import Catalogue, PurposeEntry
from consent.compiling import ADULT, months_after
from consent.jurisdiction_data import JURISDICTIONS
from consent.jurisdictions import UNKNOWN, profile_for
from consent.questions import Question
from consent.vocabulary import MARKETING_CLASSES, SOLD_CLASSES

Shape = Mapping[str, Any]
# Where a question would rob people of the time to think, or press them.
QUIET_SURFACES: Final = frozenset({"checkout", "payment", "complaint", "incident", "stop"})
PURCHASE_SURFACES: Final = frozenset({"cart", "order", "purchase"})
# What the rules ask for where a Yes would help; an explicit Yes takes a page of its own.
_INVITED = frozenset({"REQUEST_CONSENT", "PROMPT_RECONSENT"})
# An answer that may be asked for again once it was left in peace for long enough.
_REMEMBERED = frozenset({"Refused", "Withdrawn", "RequestDeferred"})
# Because a page after somebody said No must not ask for a Yes.
COOLING: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The budget of a deployment; anything laxer than the defaults is raised to them."""

    per_visit: int = 1
    per_window: int = 3
    window_days: int = 90
    quiet_days: int = 180
    quiet_surfaces: frozenset[str] = QUIET_SURFACES

    def strict(self) -> "Limits":
        """These limits, no laxer than the defaults."""
        floor = Limits()
        return Limits(
            per_visit=min(self.per_visit, floor.per_visit),
            per_window=min(self.per_window, floor.per_window),
            window_days=max(self.window_days, floor.window_days),
            quiet_days=max(self.quiet_days, floor.quiet_days),
            quiet_surfaces=self.quiet_surfaces | floor.quiet_surfaces,
        )

    @property
    def window(self) -> timedelta:
        """How far back questions count."""
        return timedelta(days=self.window_days)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was shown: in which visit (a keyed hash), about what, how it ended."""

    visit: bytes
    purpose: str
    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class Noes:
    """When this person last said No: to each purpose, and to anything at all."""

    by_purpose: Mapping[str, datetime]
    last: datetime | None


def has_room(*, asked: Sequence[Asked], visit: bytes, at: datetime, limits: Limits) -> bool:
    """Whether one more question fits into this visit and this window."""
    recent = [one for one in asked if one.at > at - limits.window]
    in_visit = sum(one.visit == visit for one in recent)
    return in_visit < limits.per_visit and len(recent) < limits.per_window


def is_quiet(*, shape: Shape, surface: str, noes: Noes, at: datetime, limits: Limits) -> bool:
    """Whether nothing at all may be asked of this person, here and now."""
    if surface in limits.quiet_surfaces:
        return True
    minor = shape["age"] is not None and shape["age"] < ADULT
    if minor and surface in PURCHASE_SURFACES:
        return True
    if shape["restricted"] or shape["erasure"] != "none" or shape.get("stops"):
        return True
    return noes.last is not None and noes.last > at - COOLING


def may_be_asked(
    *,
    purpose: str,
    shape: Shape,
    catalogue: Catalogue,
    recipient: str,
    noes: Noes,
    asked: Sequence[Asked],
    at: datetime,
    limits: Limits,
) -> bool:
    """Whether a Yes to this purpose would change anything, and no No stands against asking."""
    entry = catalogue.purposes.get(purpose)
    if entry is None or entry.live_notice is None or _signalled(entry, shape):
        return False
    if _remembered(purpose, shape, noes, at, limits) or _closed(purpose, asked, at, limits):
        return False
    decision = rulings.outcome(
        question=Question(
            subject_id=None,
            purpose=purpose,
            attributes=tuple(sorted(entry.attributes)),
            recipient=recipient,
        ),
        catalogue=catalogue,
        content=_as_unanswered(purpose, shape),
        at=at,
    ).decision
    return not decision.permit and not _INVITED.isdisjoint(decision.obligations)


def _signalled(entry: PurposeEntry, shape: Shape) -> bool:
    """Because a signal, an opt-out or an objection is an answer, and gets no counter-question."""
    if shape["gpc"] and entry.purpose_class in MARKETING_CLASSES:
        return True
    if "sale_share" in shape["optouts"] and entry.purpose_class in SOLD_CLASSES:
        return True
    objected = "direct_marketing" in shape["objections"]
    return objected and entry.purpose_class in MARKETING_CLASSES


def _remembered(purpose: str, shape: Shape, noes: Noes, at: datetime, limits: Limits) -> bool:
    said = noes.by_purpose.get(purpose)
    if said is None:
        return False
    codes = shape["jurisdictions"] or (UNKNOWN,)
    months = max(profile_for(JURISDICTIONS, code, at).reask_months for code in codes)
    return at < max(said + timedelta(days=limits.quiet_days), months_after(said, months))


def _closed(purpose: str, asked: Sequence[Asked], at: datetime, limits: Limits) -> bool:
    """Because who closed a question has been asked it; another one may come, not this."""
    return any(
        one.purpose == purpose and one.outcome == "closed" and one.at > at - limits.window
        for one in asked
    )


def _as_unanswered(purpose: str, shape: Shape) -> Shape:
    """The shape as if an answer whose time of peace is over had never been given."""
    record = shape["purposes"].get(purpose)
    if record is None or record["status"] not in _REMEMBERED:
        return shape
    rest = {code: kept for code, kept in shape["purposes"].items() if code != purpose}
    return {**shape, "purposes": rest}
