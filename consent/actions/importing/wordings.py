"""What many imported acts share: the same words, looked up and checked once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from audit.forms import Form
from consent import acts
from consent.actions import recording
from consent.actions.importing.lines import PastAct
from consent.acts import Act
from consent.errors import ConsentRefused
from consent.folding import EventFact
from consent.models import ConsentEvent, Notice, Purpose

# Because nobody kept consents in computers before; a date like this is a slip.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
# What the entries in the log of the same words differ in, in the order of their names.
BLANKS = ("consent_event", "valid_from")
MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Wording:
    """An act without its times, its purpose and notice, or why it is refused with that notice.

    `form` is its entry in the log, `fact` what the fold wants of its event (as
    `queries.states.event_fact` of the stored one), `columns` are those of the event.
    """

    act: Act
    purpose: Purpose | None
    notice: Notice | None
    refused: ConsentRefused | None
    form: Form
    fact: EventFact
    columns: dict[str, Any]

    def holds(self, shown_at: datetime) -> bool:
        """Whether what was found once holds for words shown at another moment too."""
        if self.notice is None:
            return True
        began, ended = self.notice.published_at, self.notice.superseded_at
        was_live = began is not None and began <= shown_at and (ended is None or shown_at < ended)
        return was_live == (self.refused is None)


class Wordings:
    """The wordings of one import by `by`; what it has looked up counts until its end."""

    def __init__(self, *, by: str, source: str | None) -> None:
        self._by, self._source = by, source
        self._same: dict[int, Wording] = {}
        self._alike: dict[tuple[object, ...], Wording] = {}

    def of(self, past: PastAct, *, at: datetime) -> Wording:
        """The wording of an act, checked as a fresh one is, as of the day it was done.

        Raises ConsentRefused.
        """
        _check_times(past, at)
        act = past.act
        shown_at = act.shown_at or past.valid_from
        # Because the lines of a file share few acts, the very same object is the common case.
        found = self._same.get(id(act))
        if found is None or found.act is not act or not found.holds(shown_at):
            found = self._looked_up(past, shown_at)
        if found.refused is not None:
            raise found.refused
        return found

    def _looked_up(self, past: PastAct, shown_at: datetime) -> Wording:
        act = past.act
        key = (act.state, act.purpose, act.attributes, act.channels, act.recipient, act.notice,
               act.consent_types, act.language, act.method, act.actor, act.evidence, act.level,
               act.cap, act.until, act.confirms)  # fmt: skip
        both = (self._alike.get((accepted, *key)) for accepted in (True, False))
        found = next((one for one in both if one is not None and one.holds(shown_at)), None)
        if found is None:
            found = self._look_up(past)
            _make_room(self._alike)
            self._alike[(found.refused is None, *key)] = found
        if found.act is act:
            _make_room(self._same)
            self._same[id(act)] = found
        return found

    def _look_up(self, past: PastAct) -> Wording:
        act, purpose, notice, refused = past.act, None, None, None
        try:
            acts.check(act, at=past.valid_from, states=ConsentEvent.State.values)
            purpose = recording.purpose_of(act)
            notice = recording.notice_of(act, purpose, past.valid_from)
        except ConsentRefused as error:
            refused = error
            if error.code == "NOTICE_NOT_LIVE" and purpose is not None and act.notice is not None:
                notice = Notice.objects.get(purpose=purpose, version=act.notice)
        return Wording(
            act,
            purpose,
            notice,
            refused,
            self._form(act),
            _fact(act, purpose, notice),
            self._columns(act, purpose, notice),
        )

    def _form(self, act: Act) -> Form:
        facts = recording.facts_of(act, self._by)
        return Form(kind=f"consent.{act.state}", facts=facts, blanks=BLANKS)

    def _columns(self, act: Act, purpose: Purpose | None, notice: Notice | None) -> dict[str, Any]:
        return {
            "state": act.state,
            "purpose_id": purpose.pk if purpose else None,
            "attributes": list(act.attributes),
            "channels": list(act.channels),
            "recipient_id": act.recipient,
            "consent_types": list(acts.expressed(act)),
            "notice_id": notice.pk if notice else None,
            "language": act.language,
            "method": act.method,
            "actor": act.actor,
            "evidence": act.evidence,
            "until": act.until,
            "level": act.level,
            "cap_count": act.cap[0] if act.cap else None,
            "cap_days": act.cap[1] if act.cap else None,
            "confirms": act.confirms,
            "source_id": self._source,
        }


def _fact(act: Act, purpose: Purpose | None, notice: Notice | None) -> EventFact:
    return EventFact(
        state=act.state,
        valid_from=EARLIEST,
        recorded_at=EARLIEST,
        purpose=purpose.name if purpose else None,
        purpose_class=purpose.purpose_class if purpose else "",
        attributes=act.attributes,
        channels=act.channels,
        recipient=act.recipient,
        consent_types=acts.expressed(act),
        notice=notice.version if notice else None,
        actor=act.actor,
        confirms=act.confirms,
        level=act.level,
        cap=act.cap,
        until=act.until,
    )


def _make_room(kept: dict[Any, Wording]) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()


def _check_times(past: PastAct, at: datetime) -> None:
    shown_at = past.act.shown_at
    pointer = (
        "/valid_from"
        if not EARLIEST <= past.valid_from <= at
        else "/shown_at"
        if shown_at is not None and shown_at > past.valid_from + recording.CLOCK_TOLERANCE
        else "/expires_at"
        if past.expires_at is not None and past.expires_at <= past.valid_from
        else ""
    )
    if pointer:
        raise ConsentRefused(
            "INVALID_TIME",
            "A time lies in the future, before 1970, or before what it must follow.",
            fix="Send shown_at, then valid_from, then expires_at, in this order and in UTC.",
            pointer=pointer,
        )
