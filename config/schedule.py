"""Everything that runs by itself: name -> Celery task and how often.

Free of Django, because the process that keeps the time needs neither models nor a database.
Each task is idempotent, and harmless when two beats run.
"""

from datetime import timedelta
from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {}


def every(seconds: float, task: str) -> dict[str, Any]:
    """An entry for `task`; rings missed while the worker was away are dropped."""
    return {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        "options": {"expires": max(seconds, 1.0)},
    }
