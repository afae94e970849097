"""A probe each minute: one event is followed from its writing to a proof that verifies."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from audit import actions, queries, watching
from audit.checkpoints import BadCheckpoint, open_checkpoint
from audit.errors import EventUnknown, LogDamaged, NotSequencedYet
from audit.models import SignedHead
from audit.publishing import verifier_key

NAME = "probe"

logger = logging.getLogger(__name__)


def step(*, at: datetime) -> dict[str, Any]:
    """Looks what became of the last probe and sends the next; gives what it found.

    `state`: proven, waiting (still without a place, which is an alarm), failed, or begun;
    `milliseconds` from the writing to the signed head that holds it.
    """
    sent = watching.last(NAME)
    found = _look(sent, at) if sent else {"state": "begun"}
    if found["state"] in {"waiting", "failed"}:
        logger.error("ALARM: the probe of the log is %s: %s", found["state"], found["what"])
    event = actions.append(kind="log.probe", at=at, facts={})
    facts = {"event": str(event), "sent": at.isoformat(), "last": found}
    watching.keep(NAME, at=at, facts=facts)
    return found


def _look(sent: dict[str, Any], at: datetime) -> dict[str, Any]:
    event, since = UUID(sent["event"]), datetime.fromisoformat(sent["sent"])
    known = {"event": str(event), "at": at.isoformat()}
    try:
        proof = queries.proof(event)
        head = open_checkpoint(proof.note, verifier_key())
    except NotSequencedYet as wait:
        return known | {"state": "waiting", "what": str(wait)}
    except (EventUnknown, LogDamaged, BadCheckpoint) as problem:
        return known | {"state": "failed", "what": str(problem)}
    if (head.size, head.root) != (proof.size, proof.root) or not proof.holds():
        return known | {"state": "failed", "what": "The proof does not lead to the signed head."}
    first = SignedHead.objects.filter(size__gt=proof.index).order_by("size")[0]
    # Because a head carries the time at which its batch began.
    milliseconds = max(0, int((first.at - since).total_seconds() * 1000))
    return known | {"state": "proven", "milliseconds": milliseconds, "index": proof.index}
