"""What is asked: a case, the facts of one attribute, and the policy it is judged by."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from consent.jurisdiction_data import JURISDICTIONS
from consent.jurisdictions import Jurisdictions
from consent.vocabulary import OWN_NO_CLASSES, TABLE_PURPOSES

_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Case:
    """One question with everything its answer depends on. Nobody writes to one: `_replace` it.

    A class with slots, because the rules read it fifty times a decision and a slot is read
    three times as fast as a field of a tuple; not frozen, because that makes one six times as
    slow to build.

    The defaults are those of an empty store, so that a case nobody filled in is denied.
    Words are those of `consent.vocabulary`; a word outside it is read as a doubt and
    denies, except in the sets, where it says nothing. Times are aware datetimes; an
    instant without an offset is refused.

    `jurisdictions` are profile codes; a permit needs all of them. `legal_basis` is the
    configured basis for the purpose; where jurisdictions differ, `bases` names one for
    each, in their order. `age` is in completed years, None when not known.
    `consent_expires_at` is exclusive: at that instant the consent is over.
    """

    as_of: datetime
    jurisdictions: tuple[str, ...]
    purpose: str
    purpose_class: str
    data_class: str
    recipient: str
    legal_basis: str = "none"
    subject_state: str = "unknown"
    age: int | None = None
    consent_status: str = "none"
    consent_types: frozenset[str] = _NOTHING
    notice_state: str = "current"
    consent_expires_at: datetime | None = None
    last_interaction: datetime | None = None
    gpc: bool = False
    optouts: frozenset[str] = _NOTHING
    objections: frozenset[str] = _NOTHING
    restriction: str = "none"
    erasure_state: str = "none"
    legal_hold: str = "no"
    flags: frozenset[str] = _NOTHING
    bases: tuple[str, ...] = ()

    def _replace(self, **changes: Any) -> "Case":
        """The same case but for `changes`, as a named tuple has it; KeyError for no such field."""
        values = list(_values_of(self))
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return Case(*values)


_PLACES = {place.name: index for index, place in enumerate(fields(Case))}
_values_of = attrgetter(*_PLACES)


class AttributeFacts(NamedTuple):
    """What is particular to one attribute: its data class and its own flags."""

    data_class: str
    flags: frozenset[str] = _NOTHING


@dataclass(frozen=True, slots=True)
class Policy:
    """What is configured rather than asked: the closed catalogue and the law in force.

    `own_no_classes` are the classes a person's own No denies under every basis.
    """

    purposes: frozenset[str] = frozenset(TABLE_PURPOSES)
    own_no_classes: frozenset[str] = OWN_NO_CLASSES
    jurisdictions: Jurisdictions = field(default_factory=lambda: JURISDICTIONS)


DEFAULT_POLICY = Policy()
