"""Long work: which processes do it is for the operator, what runs by itself is listed here.

The broker is a doorbell, PostgreSQL the queue: a task that is lost or rung twice does no harm,
because its work is a row that is claimed, and a sweep rings again.
"""

from celery import Celery

app = Celery("sayso")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
