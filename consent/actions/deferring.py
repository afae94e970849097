"""Uses that wait in a queue: they carry what they want to do, never a licence to do it.

What was permitted when the work was queued counts for nothing: the gate is asked when it
runs, so that a withdrawal in between is obeyed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from consent.actions.asking import ask
from consent.queries import states
from consent.questions import Mint, Question, Ruling


@dataclass(frozen=True, slots=True)
class DeferredUse:
    """One use of one person's data, to be asked for later; `epoch` is that of the queueing."""

    subject_id: UUID
    purpose: str
    attributes: tuple[str, ...]
    recipient: str
    feature: str
    channel: str | None = None
    epoch: int = 0

    def message(self) -> dict[str, Any]:
        """What travels through the broker: ids and codes, no value of the person."""
        return {
            "subject": self.subject_id.hex,
            "purpose": self.purpose,
            "attributes": list(self.attributes),
            "recipient": self.recipient,
            "feature": self.feature,
            "channel": self.channel,
            "epoch": self.epoch,
        }

    @classmethod
    def of_message(cls, message: Mapping[str, Any]) -> "DeferredUse":
        """The use in a message; raises KeyError or ValueError for anything else."""
        return cls(
            subject_id=UUID(hex=message["subject"]),
            purpose=message["purpose"],
            attributes=tuple(message["attributes"]),
            recipient=message["recipient"],
            feature=message["feature"],
            channel=message["channel"],
            epoch=int(message["epoch"]),
        )


def defer(
    *,
    subject_id: UUID,
    purpose: str,
    attributes: tuple[str, ...],
    recipient: str,
    feature: str,
    channel: str | None = None,
) -> dict[str, Any]:
    """The message for a task made with `consent.tasks.permitted_task`."""
    epoch = states.read_state(subject_id).epoch or 0
    use = DeferredUse(subject_id, purpose, attributes, recipient, feature, channel, epoch)
    return use.message()


def ask_now(*, use: DeferredUse, at: datetime) -> Ruling:
    """Ask the gate for what a queued use wants, at the moment of use; on record."""
    question = Question(
        subject_id=use.subject_id,
        purpose=use.purpose,
        attributes=use.attributes,
        recipient=use.recipient,
        channel=use.channel,
        feature=use.feature,
    )
    return ask(question=question, at=at, mint=Mint.PARTIAL)
