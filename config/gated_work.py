"""Workers do nothing with a database or a key store of the past.

Whether the gate is open needs the applications, which Celery's own application comes before:
so each task asks by name, and a ring that is ignored is rung again by the sweeps.
"""

import logging
from typing import Any

from celery import Task, bootsteps
from celery.exceptions import Ignore
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)
GATE = "config.restore_gate.gate"


class GatedTask(Task):
    """A task that is not run while the restore gate is closed."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The task's own work. Raises Ignore where the gate is closed."""
        if reason := import_string(GATE).why_closed():
            logger.error("%s is not run. %s", self.name, reason)
            raise Ignore
        return super().__call__(*args, **kwargs)


class RefuseFromThePast(bootsteps.StartStopStep):
    """A worker that starts behind a closed gate ends with the command to run."""

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        import_string("config.restore_gate.refuse_to_start")()
