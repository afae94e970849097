"""Long work: which processes do it is for the operator, what runs by itself is listed here.

The broker is a doorbell, PostgreSQL the queue: a task that is lost or rung twice does no harm,
because its work is a row that is claimed, and a sweep rings again.
"""

from celery import Celery

from config.gated_work import RefuseFromThePast
from config.schedule import SCHEDULE

app = Celery("sayso", task_cls="config.gated_work:GatedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.steps["worker"].add(RefuseFromThePast)
app.autodiscover_tasks()
