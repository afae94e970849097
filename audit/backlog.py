"""The alarm on what waits: an entry that has no place after two seconds, and after five minutes."""

import logging
from datetime import datetime, timedelta
from typing import Any

from audit import watching
from audit.models import Pending

NAME = "backlog"
WARNS = timedelta(seconds=2)
# How long decisions may go on without being sealed.
CAP = timedelta(minutes=5)

logger = logging.getLogger(__name__)


def look(*, at: datetime) -> dict[str, Any]:
    """How long the first entry in the queue has been seen waiting; gives and keeps it.

    `state`: fine, late (two seconds), stopped (five minutes). Counted from when it was first seen,
    because an entry may carry a time long before its transaction ended.
    """
    first = Pending.objects.order_by("id").values_list("id", flat=True).first()
    before = watching.last(NAME)
    oldest = str(first) if first else None
    same = oldest is not None and before.get("oldest") == oldest
    since = datetime.fromisoformat(before["since"]) if same else at
    waited = at - since
    state = "fine" if waited <= WARNS else "late" if waited <= CAP else "stopped"
    if state != "fine":
        logger.log(
            logging.WARNING if state == "late" else logging.ERROR,
            "ALARM: an entry has waited for its place in the log for %d s. "
            "Is `manage.py run_sequencer` running?",
            waited.total_seconds(),
        )
    facts = {"oldest": oldest, "since": since.isoformat(), "state": state}
    if before != facts:
        watching.keep(NAME, at=at, facts=facts)
    return facts | {"seconds": int(waited.total_seconds())}
