"""Long work: which processes do it is for the operator, what runs by itself is listed here.

The broker is a doorbell, PostgreSQL the queue: a task that is lost or rung twice does no harm,
because its work is a row that is claimed, and a sweep rings again.
"""

from celery import Celery

from config.schedule import SCHEDULE

app = Celery("sayso")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Because a ring can be lost, and a killed worker leaves its step behind.
    "requests-sweep": {
        "task": "profiles.sweep_requests",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "exports-expire": {
        "task": "profiles.drop_expired_exports",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # Because a crash may leave the destruction of a key half done.
    "keys-reconcile": {
        "task": "profiles.reconcile_keys",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
}
