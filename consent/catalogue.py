"""A frozen picture of the catalogue at one version, for rules that touch no database."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from consent.decisions import Policy
from consent.jurisdiction_data import JURISDICTIONS
from consent.jurisdictions import Jurisdictions


@dataclass(frozen=True, slots=True)
class Basis:
    """The basis of a purpose in one jurisdiction family during `[since, until)`."""

    jurisdiction: str
    basis: str
    conditions: frozenset[str]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelEntry:
    """A channel; where `needs_named_yes` holds, only a Yes that names it opens it."""

    code: str
    electronic: bool
    default_level: int
    needs_named_yes: bool


@dataclass(frozen=True, slots=True)
class PurposeEntry:
    """A purpose with all that a question about it needs."""

    code: str
    controller: str
    purpose_class: str
    attributes: frozenset[str]
    channels: frozenset[str]
    retired_at: datetime | None
    bases: tuple[Basis, ...]
    live_notice: int | None
    oldest_covering_notice: int | None
    main: bool = True
    source: str = ""
    minimum_people: int | None = None

    @property
    def name(self) -> str:
        """What everything calls it: the bare code, or `controller:code` of a further brand."""
        return self.code if self.main else f"{self.controller}:{self.code}"


@dataclass(frozen=True, slots=True)
class FeatureEntry:
    """What a feature asks for; `minimum_level` is the step of personalisation it needs."""

    code: str
    purpose: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    channel: str | None
    minimum_level: int
    fallback: str


@dataclass(frozen=True, slots=True)
class RecipientEntry:
    """A recipient: what it is disclosed for, by the name of the purpose.

    `contract` is the time `[since, until)` during which there is one; None: there never was.
    """

    code: str
    role: str
    country: str
    transfer_mechanism: str
    paused: bool
    grants: Mapping[str, "Grant"]
    controller: str = ""
    contract: tuple[datetime, datetime | None] | None = None

    def under_contract(self, at: datetime) -> bool:
        """Whether a contract is in force at `at` (GDPR Art. 26, 28(3); 11 CCR 7050-7053)."""
        if self.contract is None:
            return False
        since, until = self.contract
        return since <= at and (until is None or at < until)


@dataclass(frozen=True, slots=True)
class Grant:
    """What one recipient may be given for one purpose; empty means not narrowed."""

    attributes: frozenset[str]
    channels: frozenset[str]


@dataclass(frozen=True, slots=True)
class AttributeEntry:
    """A category of data; `ancestors` are the groups it belongs to, nearest first."""

    code: str
    data_class: str
    is_group: bool
    provenance: str
    ancestors: tuple[str, ...]
    provider: str = "person"


# Without slots, because what is worked out once is kept on the object.
@dataclass(frozen=True)
class Catalogue:
    """The closed catalogue: what is not in it is denied. `purposes` go by their names.

    `moments` are the instants, in order, at which a law, a basis, a contract or a purpose
    begins or ends by itself, without anybody writing to the catalogue. `signal_statutory_only`:
    the operator honours the opt-out signal of browsers only where a statute says so.
    """

    version: int
    attributes: Mapping[str, AttributeEntry]
    purposes: Mapping[str, PurposeEntry]
    recipients: Mapping[str, RecipientEntry]
    members: Mapping[str, tuple[str, ...]]
    moments: tuple[datetime, ...] = ()
    signal_statutory_only: bool = False
    channels: Mapping[str, ChannelEntry] = field(default_factory=dict)
    features: Mapping[str, FeatureEntry] = field(default_factory=dict)
    jurisdictions: Jurisdictions = field(default_factory=lambda: JURISDICTIONS)

    @cached_property
    def policy(self) -> Policy:
        """The rules with this closed list of purposes and this law, made once."""
        return Policy(purposes=frozenset(self.purposes), jurisdictions=self.jurisdictions)

    def period(self, at: datetime) -> int:
        """Which stretch between two `moments` holds `at`: within one, time changes nothing."""
        return bisect_right(self.moments, at)

    def next_moment(self, at: datetime) -> datetime | None:
        """The first instant after `at` at which a rule or a basis changes; None: never."""
        index = self.period(at)
        return self.moments[index] if index < len(self.moments) else None

    def leaves(self, code: str) -> tuple[str, ...]:
        """The attributes that `code` names: itself, or a group's members; empty if unknown."""
        return self.members.get(code, ())


def ancestors(code: str) -> tuple[str, ...]:
    """`a.b.c` has the ancestors `a.b` and `a`."""
    parts = code.split(".")
    return tuple(".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))


def in_scope(attribute: AttributeEntry, scope: frozenset[str]) -> bool:
    """Whether an attribute, or a group it belongs to, is named by `scope`."""
    return attribute.code in scope or any(group in scope for group in attribute.ancestors)


def basis_for(purpose: PurposeEntry, jurisdiction: str, at: datetime) -> Basis | None:
    """The basis in force: the exact profile first, then its family (EU), then `*`."""
    for name in (jurisdiction, jurisdiction.split("-")[0], "*"):
        for basis in purpose.bases:
            in_force = basis.since <= at and (basis.until is None or at < basis.until)
            if basis.jurisdiction == name and in_force:
                return basis
    return None
