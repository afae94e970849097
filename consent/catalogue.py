"""A frozen picture of the catalogue at one version, for rules that touch no database."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Basis:
    """The basis of a purpose in one jurisdiction family during `[since, until)`."""

    jurisdiction: str
    basis: str
    conditions: frozenset[str]
    since: datetime
    until: datetime | None


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


@dataclass(frozen=True, slots=True)
class RecipientEntry:
    """A recipient: what it is disclosed for, by purpose; None of attributes means all."""

    code: str
    role: str
    country: str
    transfer_mechanism: str
    paused: bool
    grants: Mapping[str, "Grant"]


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


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The closed catalogue: what is not in it is denied.

    `moments` are the instants, in order, at which a law, a basis or a purpose begins or
    ends by itself, without anybody writing to the catalogue. `signal_statutory_only`: the
    operator honours the opt-out signal of browsers only where a statute says so.
    """

    version: int
    attributes: Mapping[str, AttributeEntry]
    purposes: Mapping[str, PurposeEntry]
    recipients: Mapping[str, RecipientEntry]
    members: Mapping[str, tuple[str, ...]]
    moments: tuple[datetime, ...] = ()
    signal_statutory_only: bool = False

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
