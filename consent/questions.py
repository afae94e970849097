"""A question to the gate and its answer (OpenID AuthZEN: evaluation, decision)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from consent.decisions import Decision


class Mint(Enum):
    """Whether a permit is wanted: none, only for all that was asked, or for what is allowed."""

    NONE = "none"
    ALL = "all"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Question:
    """May `recipient` use `attributes` of `subject_id` for `purpose`, on `channel`, now?

    `jurisdictions` join the stored ones and can only narrow. `channel` None: not limited
    to one. `subject_id` None: nobody we know. `time` is the moment asked about: only now can
    be permitted. `feature` names who asks, for the record.
    """

    subject_id: UUID | None
    purpose: str
    attributes: tuple[str, ...]
    recipient: str
    channel: str | None = None
    jurisdictions: tuple[str, ...] = ()
    signal: bool = False
    time: datetime | None = None
    feature: str = ""


class Ruling(NamedTuple):
    """The answer: permitted only if all that was asked is; `attributes` says which part is.

    `covered` are the permitted leaf attributes. `permit` opens the vault until
    `valid_until`. `event` is the entry in the log; None where the log was out of reach.
    `catalogue` is the version that decided.
    """

    id: UUID
    permitted: bool
    reason_code: str
    obligations: tuple[str, ...]
    attributes: Mapping[str, Decision]
    as_of: datetime
    covered: tuple[str, ...] = ()
    valid_until: datetime | None = None
    notice: str | None = None
    epoch: int | None = None
    permit: UUID | None = None
    event: UUID | None = None
    shape: bytes = b""
    catalogue: int = 0
