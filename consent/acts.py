"""One thing that somebody said, before it is recorded, and what can be judged of it alone."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from consent.errors import ConsentRefused
from consent.notices.prominence import Component
from consent.vocabulary import LEVELS

AFFIRMATIVE = frozenset({"given", "opted_in", "renewed", "waiting", "confirmed"})
# Because what restricts is never refused for a formality: no notice, no epoch is asked for.
RESTRICTIVE = frozenset(
    {
        "refused", "withdrawn", "objected", "opted_out", "limited", "restricted", "held",
        "signal_on", "erasure_pending", "invalidated", "revoked", "stopped", "cap_set",
    }
)  # fmt: skip
NEED_PURPOSE = AFFIRMATIVE | {
    "refused", "withdrawn", "requested", "deferred", "unknown", "revoked",
}  # fmt: skip
# Because a stop binds, a slip of the keyboard must not bind somebody for a century.
LONGEST_STOP = timedelta(days=5 * 366)
LONGEST_CAP_DAYS = 366
MOST_OFTEN = 100


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that was said. Empty scopes mean all of the purpose.

    `notice` is (version, language) of the words that were shown, `shown_at` when.
    `method` and `actor` are codes, `evidence` a reference; none holds a personal value.
    `snapshot` is the token of what was shown, `component` the control as it was drawn.
    `level` (0..4), `cap` (times, days; None lifts it) and `until` go with `level_set`,
    `cap_set` and `stopped`, whose channels, if none is named, are all; `confirms` is the
    waiting event that `confirmed` confirms.
    """

    state: str
    purpose: str | None = None
    attributes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    recipient: str | None = None
    consent_types: tuple[str, ...] = ()
    notice: int | None = None
    language: str = ""
    shown_at: datetime | None = None
    method: str = "api"
    actor: str = "person"
    evidence: str = ""
    if_epoch: int | None = None
    snapshot: str = ""
    component: Component | None = None
    level: int | None = None
    cap: tuple[int, int] | None = None
    until: datetime | None = None
    confirms: UUID | None = None
    extra: dict[str, str] = field(default_factory=dict)


def expressed(act: Act) -> tuple[str, ...]:
    """How a Yes was expressed; a guardian's is parental whatever else was said of it."""
    if act.state not in AFFIRMATIVE:
        return act.consent_types
    types = act.consent_types or ("expressed",)
    return types if act.actor != "guardian" or "parental" in types else (*types, "parental")


def check(act: Act, *, at: datetime, states: Collection[str]) -> None:
    """Raises ConsentRefused for what no store is needed to judge; `states` are the known ones."""
    if act.state not in states:
        raise ConsentRefused(
            "STATE_UNKNOWN",
            "This state is not one that can be recorded.",
            fix="Send one of: " + ", ".join(sorted(states)) + ".",
            pointer="/state",
        )
    if act.purpose is None and act.state in NEED_PURPOSE:
        raise ConsentRefused(
            "PURPOSE_MISSING",
            "This state is about one purpose.",
            fix="Send the name of the purpose.",
            pointer="/purpose",
        )
    if act.actor == "guardian" and act.state in AFFIRMATIVE and not act.evidence:
        raise ConsentRefused(
            "EVIDENCE_MISSING",
            "A parent's or guardian's Yes needs evidence of who gave it (GDPR Art. 8(2)).",
            fix="Send evidence: a reference to how the guardian was verified.",
            pointer="/evidence",
        )
    _check_bounds(act, at)


def _check_bounds(act: Act, at: datetime) -> None:
    if act.state == "level_set":
        if act.level not in LEVELS:
            raise ConsentRefused(
                "LEVEL_UNKNOWN",
                "A level is a whole number from 0 (the same for everyone) to 4.",
                fix="Send level: 0, 1, 2, 3 or 4.",
                pointer="/level",
            )
    elif act.state == "cap_set" and act.cap is not None:
        times, days = act.cap
        if not (0 <= times <= MOST_OFTEN and 1 <= days <= LONGEST_CAP_DAYS):
            raise ConsentRefused(
                "CAP_UNKNOWN",
                f"A cap is 0 to {MOST_OFTEN} times in 1 to {LONGEST_CAP_DAYS} days.",
                fix="Send cap with times and days within these bounds, or null to lift it.",
                pointer="/cap",
            )
    elif act.state == "stopped" and not _ends_in_time(act.until, at):
        raise ConsentRefused(
            "INVALID_TIME",
            "A stop ends after it begins, and within five years.",
            fix="Send until in the future, at most five years ahead, or leave it out.",
            pointer="/until",
        )


def _ends_in_time(until: datetime | None, at: datetime) -> bool:
    return until is None or at < until <= at + LONGEST_STOP
