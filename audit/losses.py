"""What a database that was restored has lost of the log, as far as can be told from outside."""

from dataclasses import dataclass
from datetime import datetime

from audit.checkpoints import open_checkpoint
from audit.models import Event, Head
from audit.publishing import log_directory, published, verifier_key


@dataclass(frozen=True, slots=True)
class Loss:
    """`entries` were published and are not here; `known_until` is the time of the last one here."""

    entries: int
    known_until: datetime | None


def loss() -> Loss:
    """Compares the head with the published checkpoint; raises BadCheckpoint, KeyProblem."""
    note = published(log_directory())
    size = open_checkpoint(note, verifier_key()).size if note else 0
    last = Event.objects.order_by("-at").values_list("at", flat=True).first()
    return Loss(max(0, size - Head.objects.get().size), last)
