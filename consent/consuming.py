"""What a consumer of consent changes is: something that must stop, or start, when told.

Consumers inside this service are listed by name in `settings.CHANGE_CONSUMERS`; partners
follow `GET /v1/changes` and answer with `POST /v1/acknowledgements`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

# Because every answer checks the state in the statement that records it, the gate of every
# process has a change in the moment it commits.
GATE = "gate"
PARTNER = "partner:"


class Changed(NamedTuple):
    """One change to apply: whose state, its new epoch, when."""

    id: int
    subject_id: UUID
    epoch: int
    at: datetime


class Consumer(Protocol):
    """A part of this service that holds or queues what consent decides about."""

    name: str

    def apply(self, changes: Sequence[Changed], *, at: datetime) -> Collection[int]:
        """Apply changes, oldest first; the ids of those that have arrived. May be run twice."""


def of_partner(recipient: str) -> str:
    """The name a partner has as a consumer."""
    return PARTNER + recipient


def partner_of(consumer: str) -> str | None:
    """The recipient behind a consumer's name; None for a part of this service."""
    return consumer.removeprefix(PARTNER) if consumer.startswith(PARTNER) else None
