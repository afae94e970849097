"""A database from the past serves nobody until everybody who was erased is erased again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from audit import queries as log
from config import restore_gate
from config.evaluation_gate import evaluate
from consent.holder import ConsentHolder
from consent.models import Subject
from consent.queries import standings
from keys import actions as key_actions
from keys import queries as keys
from keys.errors import KeyDestroyed
from profiles.actions import accounts
from profiles.actions import restoring as actions
from profiles.errors import RestoreGateClosed
from profiles.models import HighWater, Profile, Restoration
from profiles.queries import restoring
from tests.profiles.acts import alone

pytestmark = pytest.mark.django_db

Committing = Callable[..., AbstractContextManager[Any]]

raise_marks = alone(actions.raise_marks)


@alone
def run_gate() -> str:
    out = StringIO()
    call_command("restore_gate", stdout=out)
    return out.getvalue()


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that looks at the marks at each question."""
    monkeypatch.setattr(restore_gate, "gate", restore_gate.Gate())


@pytest.fixture
def behind(ada: UUID) -> UUID:
    """The database as it was before the person was erased, beside the key store of after."""
    accounts.create_customer(
        subject_id=ada, email="ada@example.org", language="en", at=timezone.now()
    )
    alone(key_actions.erase)(ada)
    key_actions.raise_high_water_mark(HighWater.objects.get().number + 1)
    return ada


def test_marks_that_rose_together_agree(
    django_capture_on_commit_callbacks: Committing,
) -> None:
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            raise_marks()
    assert keys.high_water_mark() == HighWater.objects.get().number == 3
    assert restoring.why_closed() is None


def test_a_crash_before_the_key_store_hears_of_it_closes_nothing(db: None) -> None:
    raise_marks()
    assert (HighWater.objects.get().number, keys.high_water_mark()) == (1, 0)
    assert restoring.why_closed() is None
    raise_marks()
    assert (HighWater.objects.get().number, keys.high_water_mark()) == (2, 1)
    assert restoring.why_closed() is None


def test_an_older_database_is_noticed(behind: UUID) -> None:
    assert "manage.py restore_gate" in str(restoring.why_closed())
    with pytest.raises(RestoreGateClosed):
        raise_marks()
    assert restoring.why_closed() is not None


def test_an_older_key_store_is_noticed(db: None) -> None:
    HighWater.objects.update(number=2)
    assert restoring.why_closed() == restoring.KEYS_BEHIND
    with pytest.raises(RestoreGateClosed):
        raise_marks()


def test_nobody_but_the_owner_removes_the_mark(db: None) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        HighWater.objects.all().delete()


def test_everything_but_health_is_denied(behind: UUID, looking: None, client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "manage.py restore_gate" in ready.json()["parts"]["restore"]
    page = client.get("/")
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    refused = client.get("/v1/log/checkpoint")
    assert refused.status_code == 503
    assert refused.json()["code"] == "SERVICE_UNAVAILABLE"
    assert str(behind) not in page.content.decode()


def test_the_question_that_is_answered_before_django_is_denied(behind: UUID, looking: None) -> None:
    seen: list[str] = []
    body = evaluate(
        {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "0", "wsgi.input": BytesIO()},
        lambda status, _headers: seen.append(status),
    )
    assert seen == ["503 Service Unavailable"]
    assert b"SERVICE_UNAVAILABLE" in b"".join(body)


def test_the_gate_erases_again_and_opens(behind: UUID, looking: None, client: Client) -> None:
    assert Profile.objects.filter(subject_id=behind).exists()
    said = run_gate()
    assert "1 people erased again" in said
    assert not Profile.objects.filter(subject_id=behind).exists()
    assert standings.standing_of(behind).erased
    with pytest.raises(KeyDestroyed):
        keys.data_key(behind)
    done = Restoration.objects.get()
    assert (done.people_erased, done.keys_destroyed) == (1, 0)
    entry = next(one for one in log.events(limit=5) if one.kind == "restore.replayed")
    assert entry.facts["people"] == 1
    assert restoring.why_closed() is None
    assert client.get("/readyz").json()["parts"]["restore"] == "ok"
    assert "0 people erased again" in run_gate()


def test_keys_that_came_back_with_a_copy_are_destroyed_again(
    ada: UUID, ben: UUID, django_capture_on_commit_callbacks: Committing
) -> None:
    Subject.objects.filter(pk=ada).update(
        status="erased", erased_at=timezone.now(), birth_month=None
    )
    HighWater.objects.update(number=9)
    assert keys.data_key(ada)
    with django_capture_on_commit_callbacks(execute=True):
        assert "1 keys destroyed again" in run_gate()
    with pytest.raises(KeyDestroyed):
        keys.data_key(ada)
    assert keys.data_key(ben)
    assert keys.high_water_mark() == HighWater.objects.get().number == 10
    assert restoring.why_closed() is None


def test_an_interrupted_run_leaves_the_gate_closed(
    behind: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CommandError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(ConsentHolder, "erase", refuse)
        with pytest.raises(CommandError):
            run_gate()
    assert restoring.why_closed() is not None
    assert "1 people erased again" in run_gate()
    assert restoring.why_closed() is None
