"""Everything on the timetable exists, and what keeps the time knows no models."""

import os
import subprocess
import sys
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from config import tasks
from config.celery import app
from config.launcher.options import PROJECT
from config.schedule import SCHEDULE


def test_every_task_on_the_timetable_exists() -> None:
    app.loader.import_default_modules()

    assert {entry["task"] for entry in SCHEDULE.values()} - app.tasks.keys() == set()


def test_the_timekeeper_loads_no_models() -> None:
    look = "import sys, config.beat; print('django.db' in sys.modules)"

    # Because Celery sets Django up wherever this is named; the launcher does not name it.
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}

    answer = subprocess.run(
        [sys.executable, "-c", look],
        cwd=PROJECT,
        env=kept,
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == "False"


def test_an_ended_session_is_dropped_and_a_living_one_kept(db: None) -> None:
    now = timezone.now()
    for name, ends in (("ended", now - timedelta(1)), ("living", now + timedelta(1))):
        Session.objects.create(session_key=name, session_data="", expire_date=ends)

    tasks.drop_expired()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["living"]
