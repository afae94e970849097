"""Everything that runs by itself: name -> Celery task and how often.

Free of Django, because the process that keeps the time needs neither models nor a database.
Each task is idempotent, and harmless when two beats run.
"""

from datetime import timedelta
from typing import Any


def every(seconds: float, task: str) -> dict[str, Any]:
    """An entry for `task`; rings missed while the worker was away are dropped."""
    return {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        "options": {"expires": max(seconds, 1.0)},
    }


SCHEDULE: dict[str, dict[str, Any]] = {
    # Because a ring can be lost, and a killed worker leaves its step behind.
    "requests-sweep": every(5, "profiles.sweep_requests"),
    "exports-expire": every(3600, "profiles.drop_expired_exports"),
    # Because a crash may leave the destruction of a key half done.
    "keys-reconcile": every(60, "profiles.reconcile_keys"),
    # Because a database restored to an earlier minute must be noticed.
    "marks-raise": every(60, "profiles.raise_marks"),
    # Because people watch where their answer has arrived.
    "changes-spread": every(2, "consent.spread_changes"),
    # Because an entry that waits is not sealed yet.
    "log-backlog": every(3, "audit.look_at_backlog"),
    "log-verify": every(10, "audit.verify"),
    "log-probe": every(60, "audit.probe"),
    "log-reconcile": every(60, "profiles.reconcile_log"),
    "permits-drop": every(600, "consent.drop_expired_permits"),
    "stop-links-drop": every(3600, "consent.drop_expired_stop_links"),
    "editions-keep": every(60, "consent.keep_catalogue_edition"),
    "notices-publish": every(30, "consent.publish_due_notices"),
    "states-refresh": every(60, "consent.refresh_lapsed_states"),
    "asks-forget": every(3600, "consent.forget_old_asks"),
    "explanations-forget": every(3600, "personalization.forget_old_explanations"),
    "sessions-expire": every(3600, "config.drop_expired"),
}
