"""What a press of No or Yes does: one act, recorded at once, with its receipt."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from consent import snapshots
from consent.actions import recording
from consent.actions.recording import Receipt
from consent.acts import Act
from consent.errors import ConsentRefused
from consent.queries.uses import Scope, Standing, Use

SURFACE = "portal"
# The six-row card with its two buttons; tests measure it in a browser.
COMPONENT = "exchange-card"
SOLD = {"sale", "cross_context_ads"}
SAID_NO = {"Refused", "Withdrawn"}
# Because a Yes from a page that does not say what it showed comes too late by definition.
NO_EPOCH = -1


class Outcome(Enum):
    """What came of a press."""

    RECORDED = "recorded"
    ALREADY = "already"
    CONFIRM = "confirm"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True, slots=True)
class Answered:
    """The outcome, and the receipt where something was recorded."""

    outcome: Outcome
    receipt: Receipt | None = None


def shown_token(use: Use, standing: Standing, *, at: datetime) -> str:
    """The signed note of the wording on this page; it comes back with the answer."""
    if use.wording is None or standing.subject_id is None:
        return ""
    return snapshots.make(
        purpose=use.code,
        version=use.wording.version,
        language=use.wording.language,
        words=use.wording.words_hash,
        surface=SURFACE,
        component=COMPONENT,
        holder=snapshots.person(standing.subject_id),
        at=at,
    )


def read_token(token: str, *, subject_id: UUID, purpose: str, at: datetime) -> str:
    """The token again, if this person was shown this purpose's words within a day; else none."""
    try:
        snapshot = snapshots.read(token, at=at)
    except ConsentRefused:
        return ""
    mine = snapshot.belongs_to(snapshots.person(subject_id))
    return token if mine and snapshot.purpose == purpose else ""


def read_epoch(text: str) -> int:
    """The epoch of the page that was pressed; NO_EPOCH, which no state has, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else NO_EPOCH


def needs_second_step(use: Use, standing: Standing) -> bool:
    """Whether a Yes must be confirmed: after an opt-out (11 CCR 7028), or explicit consent."""
    opted_out = standing.signal or "sale_share" in standing.optouts
    return (use.purpose_class in SOLD and opted_out) or "explicit_consent" in use.bases


def say_no(*, subject_id: UUID, use: Use, shown: str, at: datetime) -> Answered:
    """Refuse or withdraw, at once and without conditions; a repeated No writes nothing."""
    if use.status in SAID_NO and not use.active:
        return Answered(Outcome.ALREADY)
    act = Act(
        state="withdrawn" if use.status == "Given" else "refused",
        purpose=use.code,
        notice=use.wording.version if use.wording else None,
        language=use.wording.language if use.wording else "",
        shown_at=at,
        snapshot=shown,
        method=SURFACE,
    )
    return _record(subject_id, act, at)


def say_yes(
    *,
    subject_id: UUID,
    use: Use,
    standing: Standing,
    shown: str,
    if_epoch: int,
    confirmed: bool,
    at: datetime,
) -> Answered:
    """Give consent to exactly the words that were shown.

    Raises consent.errors.StaleEpoch where something changed since the page was shown.
    """
    if use.status == "Given" and use.active and not use.older_wording:
        return Answered(Outcome.ALREADY)
    if not shown:
        return Answered(Outcome.NOT_SHOWN)
    if needs_second_step(use, standing) and not confirmed:
        return Answered(Outcome.CONFIRM)
    act = Act(
        state="opted_in" if confirmed and use.purpose_class in SOLD else "given",
        purpose=use.code,
        consent_types=_types(use, confirmed),
        snapshot=shown,
        method=SURFACE,
        if_epoch=if_epoch,
    )
    return _record(subject_id, act, at)


def say_of_part(
    *,
    subject_id: UUID,
    use: Use,
    standing: Standing,
    scope: Scope,
    yes: bool,
    shown: str,
    if_epoch: int,
    confirmed: bool,
    at: datetime,
) -> Answered:
    """A No or a Yes to one attribute of a use; the rest of the answer stays as it is."""
    if yes != scope.refused:
        return Answered(Outcome.ALREADY)
    # Because a Yes to a part of new words would stand as a Yes to all of them.
    if yes and (not shown or use.status != "Given" or use.older_wording):
        return Answered(Outcome.NOT_SHOWN)
    if yes and needs_second_step(use, standing) and not confirmed:
        return Answered(Outcome.CONFIRM)
    act = Act(
        state="given" if yes else "withdrawn",
        purpose=use.code,
        attributes=(scope.code,),
        consent_types=_types(use, confirmed) if yes else (),
        snapshot=shown,
        method=SURFACE,
        if_epoch=if_epoch if yes else None,
    )
    return _record(subject_id, act, at)


def _types(use: Use, confirmed: bool) -> tuple[str, ...]:
    types = ["expressed"]
    if confirmed and "explicit_consent" in use.bases:
        types.append("explicit")
    if confirmed and use.purpose_class in SOLD:
        types.append("two_step")
    return tuple(types)


def _record(subject_id: UUID, act: Act, at: datetime) -> Answered:
    receipt = recording.record(subject_id=subject_id, act=act, by="portal", at=at)
    return Answered(Outcome.RECORDED, receipt)
