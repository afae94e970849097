"""All that the documents say of one consent event, put together once and never changed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from audit import public_ids
from consent.documents import states

#: The code of "everything": what an act about the person as a whole is about.
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Party:
    """A controller or a recipient. `role`: controller, first_party, processor, third_party."""

    code: str
    name: str
    role: str
    country: str
    contact: str


@dataclass(frozen=True, slots=True)
class DataCategory:
    """A category of data; `dpv` is its IRI or empty; `data_class` ordinary, sensitive, special."""

    code: str
    name: str
    dpv: str
    data_class: str


@dataclass(frozen=True, slots=True)
class PurposeFacts:
    """One purpose within the scope of the act; `bases` is the legal basis per jurisdiction.

    `data` is what the act covers, `recipients` who else may be given it for this purpose.
    """

    code: str
    name: str
    purpose_class: str
    dpv: str
    controller: Party
    bases: tuple[tuple[str, str], ...] = ()
    data: tuple[DataCategory, ...] = ()
    recipients: tuple[Party, ...] = ()
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The words that were shown. `rows` are (code, sentence); the hashes are SHA-256 in hex."""

    name: str
    language: str
    title: str
    rows: tuple[tuple[str, str], ...]
    words_hash: str
    notice_hash: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One consent event as one reader may see it.

    `person` is the pseudonym that this reader knows the person by. An act about the person as
    a whole has one purpose with the code `EVERYTHING`. `language` is that of the document,
    `site` the address of the service without a slash at its end, `as_of` the moment the
    document is made: an answer that has run out by then counts as expired.
    """

    id: UUID
    log_event: UUID
    person: str
    state: str
    purposes: tuple[PurposeFacts, ...]
    attributes: tuple[str, ...]
    channels: tuple[str, ...]
    recipient: str | None
    consent_types: tuple[str, ...]
    notice: NoticeFacts | None
    shown_at: datetime | None
    method: str
    actor: str
    evidence: str
    source: str | None
    valid_from: datetime
    expires_at: datetime | None
    recorded_at: datetime
    jurisdictions: tuple[str, ...]
    language: str
    site: str
    as_of: datetime

    @property
    def receipt_id(self) -> str:
        """`rcp_` and 32 digits."""
        return public_ids.shown(public_ids.CONSENT_EVENT, self.id)

    @property
    def log_id(self) -> str:
        """`evt_` and 32 digits: the entry in the log."""
        return public_ids.shown(public_ids.EVENT, self.log_event)

    @property
    def receipt_url(self) -> str:
        """Where the receipt of this event is."""
        return f"{self.site}/v1/consent-events/{self.receipt_id}/receipt"

    @property
    def proof_url(self) -> str:
        """Where the proof of the log entry is, from a second after the event on."""
        return f"{self.site}/v1/log/proofs/{self.log_id}"

    @property
    def status(self) -> str:
        """The IRI of the state that the act left behind by `as_of` (W3C DPV where it has one)."""
        ran_out = self.expires_at is not None and self.expires_at <= self.as_of
        return states.iri("expired" if ran_out and self.state in states.YES else self.state)

    @property
    def controllers(self) -> tuple[Party, ...]:
        """The controllers of the purposes, each once."""
        return tuple(dict.fromkeys(purpose.controller for purpose in self.purposes))

    @property
    def under_gdpr(self) -> bool:
        """Whether the law of the European Union or the United Kingdom is among those that hold."""
        families = {name.split("-")[0] for name in self.jurisdictions}
        return bool(families & {"EU", "EEA", "UK"})


def shown(moment: datetime) -> str:
    """RFC 3339 in UTC with whole microseconds only where there are some."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def shown_or_none(moment: datetime | None) -> str | None:
    """The same, or None."""
    return shown(moment) if moment else None
