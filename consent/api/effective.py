"""The effective state of one person per purpose, attribute and channel, as one caller sees it.

The same rules and rows as the gate's answers. It is a look, not a use: nothing may be read
or sent on its strength, and no permit comes of it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from audit.identifiers import uuid7
from consent import because, figures, rulings
from consent.actions import states as state_actions
from consent.api import masking
from consent.api.authzen import show_time
from consent.api.tokens import Caller
from consent.catalogue import PurposeEntry
from consent.models import ConsentEvent
from consent.precedence import Statement
from consent.queries import catalogue as catalogues
from consent.queries import past, precedence, states
from consent.queries.past import Moment
from consent.queries.states import StateRow
from consent.questions import Question, Ruling


class Effective:
    """One look at one person's state; `subject_id` None stands for nobody we know."""

    def __init__(
        self,
        caller: Caller,
        subject_id: UUID | None,
        *,
        at: datetime,
        moment: Moment | None = None,
    ) -> None:
        self._caller, self._at, self._moment = caller, at, moment
        self._said = _said(caller, subject_id, moment)
        if moment is None:
            self._row = current_row(subject_id, at)
            self._catalogue = catalogues.catalogue(self._row.catalogue)
            digest = self._row.shape
            self._content = states.shape_content(digest) if digest is not None else None
        else:
            self._at = moment.valid_at
            self._look_back(subject_id, moment)
        self._shown = [self._purpose(entry) for entry in self._visible()]

    def _look_back(self, subject_id: UUID | None, moment: Moment) -> None:
        found = past.past(subject_id, moment)
        self._catalogue, self._exact = found.catalogue, found.exact
        self._content = dict(found.content) if found.content is not None else None
        known = found.epoch if found.content is not None else None
        self._row = StateRow(found.catalogue.version, known, None, None)

    @property
    def is_known(self) -> bool:
        """Whether there is a state at all; for first parties' eyes."""
        return self._row.epoch is not None

    @property
    def epoch(self) -> int:
        """The person's epoch; 0 towards a third party that is permitted nothing.

        Because a number that counts up would tell it that somebody is there.
        """
        if self._caller.first_party or any(_permits(shown) for shown in self._shown):
            return self._row.epoch or 0
        return 0

    def members(self) -> dict[str, Any]:
        """`epoch`, `as_of` and the purposes that concern this caller."""
        shown = {
            "epoch": self.epoch,
            "as_of": show_time(self._at),
            "purposes": self._shown,
        }
        if self._moment is None:
            return shown
        return shown | {
            "valid_at": show_time(self._moment.valid_at),
            "known_at": show_time(self._moment.known_at),
            "catalogue": {"version": self._catalogue.version, "exact": self._exact},
        }

    def _visible(self) -> list[PurposeEntry]:
        purposes = sorted(self._catalogue.purposes.values(), key=lambda entry: entry.name)
        if self._caller.first_party:
            return purposes
        recipient = self._catalogue.recipients.get(self._caller.recipient)
        granted = recipient.grants if recipient else {}
        return [entry for entry in purposes if entry.name in granted]

    def _purpose(self, entry: PurposeEntry) -> dict[str, Any]:
        codes = tuple(sorted(entry.attributes))
        whole = self._rule(entry, codes, None)
        return {
            "purpose": entry.name,
            "decision": whole.permitted,
            "reason_code": whole.reason_code,
            "notice": whole.notice,
            "obligations": list(whole.obligations),
            "because": self._because(entry),
            "attributes": {
                code: {"decision": answer.permit, "reason_code": answer.reason_code}
                for code, answer in whole.attributes.items()
            },
            "channels": {
                channel: _brief(self._rule(entry, codes, channel))
                for channel in sorted(entry.channels)
            },
        }

    def _because(self, entry: PurposeEntry) -> dict[str, Any] | None:
        """Which statement holds, for first parties: it tells what the person said, and when."""
        if not self._caller.first_party or self._content is None:
            return None
        found = precedence.found_for(
            entry,
            events=self._said,
            content=self._content,
            catalogue=self._catalogue,
            at=self._at,
        )
        return {
            "why": found.why,
            "sentence": because.sentence(found, day=lambda at: at.date().isoformat()),
            "holds": _statement(found.holds),
            "over": _statement(found.over),
        }

    def _rule(self, entry: PurposeEntry, codes: tuple[str, ...], channel: str | None) -> Ruling:
        question = Question(
            subject_id=None,
            purpose=entry.name,
            attributes=codes,
            recipient=self._caller.recipient,
            channel=channel,
        )
        found = rulings.outcome(
            question=question, catalogue=self._catalogue, content=self._content, at=self._at
        )
        ruling = rulings.ruling(
            found=figures.held_to(found, least=entry.minimum_people, people=figures.ONE),
            shape=self._row.shape or b"",
            epoch=self._row.epoch,
            until=self._row.until,
            at=self._at,
            ruling_id=uuid7(),
        )
        if self._caller.first_party:
            return ruling
        return masking.mask(ruling, question=question, catalogue=self._catalogue)


def _said(caller: Caller, subject_id: UUID | None, moment: Moment | None) -> list[ConsentEvent]:
    if subject_id is None or not caller.first_party:
        return []
    return precedence.last_statements(subject_id, moment)


def _statement(statement: Statement | None) -> dict[str, str] | None:
    if statement is None:
        return None
    return {
        "state": statement.state,
        "source": statement.source,
        "at": show_time(statement.at),
    }


def _brief(ruling: Ruling) -> dict[str, Any]:
    return {"decision": ruling.permitted, "reason_code": ruling.reason_code}


def _permits(shown: dict[str, Any]) -> bool:
    answers = [*shown["attributes"].values(), *shown["channels"].values()]
    return any(answer["decision"] for answer in answers)


def current_row(subject_id: UUID | None, at: datetime) -> StateRow:
    """The state row, compiled again where time has changed it; empty for nobody we know."""
    if subject_id is None:
        return StateRow(catalogues.current_version(), None, None, None)
    row = states.read_state(subject_id)
    if row.until is not None and row.until <= at:
        state_actions.refresh(subject_id=subject_id, at=at)
        row = states.read_state(subject_id)
    return row
