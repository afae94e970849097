"""The process that keeps the time: `celery -A config.beat beat`.

It knows the broker and the schedule, and nothing else: no models, no database, no keys.
"""

import os

from celery import Celery

from config.schedule import SCHEDULE

app = Celery("sayso", broker=os.environ.get("BROKER_URL", "redis://127.0.0.1:6379/0"))
app.conf.update(
    beat_schedule=SCHEDULE,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
    task_ignore_result=True,
)
