"""/healthz says that a process answers, /readyz that it can work; neither says a value."""

import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import RequestFactory
from django.utils import timezone

from audit.actions import append
from config import health


def ask(view: object = health.readyz) -> tuple[int, str]:
    answer = view(RequestFactory().get("/"))
    return answer.status_code, answer.content.decode()


def test_a_process_is_up_without_a_database() -> None:
    assert ask(health.healthz) == (200, '{"status": "up"}')


def test_a_whole_service_is_ready(db: None) -> None:
    status, text = ask()

    assert (status, '"status": "ready"' in text) == (200, True), text


def test_a_broker_that_is_down_is_named_without_its_address(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "BROKER_URL", "redis://:hidden@127.0.0.1:1/0")

    status, text = ask()

    assert status == 503
    assert "The broker does not answer" in text
    assert "hidden" not in text
    assert "127.0.0.1" not in text


def test_a_database_that_is_down_is_named_without_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Down:
        def cursor(self) -> None:
            raise DatabaseError("password hidden")

    monkeypatch.setattr(health, "connection", Down())

    status, text = ask()

    assert status == 503
    assert "The database does not answer" in text
    assert "hidden" not in text


def test_a_key_store_that_others_can_read_is_named_without_its_path(db: None) -> None:
    place = Path(settings.KEYSTORE_DIR)
    mode = stat.S_IMODE(place.stat().st_mode)
    place.chmod(0o755)
    try:
        status, text = ask()
    finally:
        place.chmod(mode)

    assert status == 503
    assert "mode 0700" in text
    assert str(place) not in text


def test_a_log_that_stands_still_is_named(db: None) -> None:
    append(kind="test.waiting", at=timezone.now(), facts={})

    status, text = ask()

    assert status == 503
    assert "run_sequencer" in text


def test_an_unapplied_migration_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health._found, "migrated", False)

    class Behind:
        applied_migrations: dict[tuple[str, str], object] = {}
        graph = type("Graph", (), {"nodes": {("audit", "9999_new"): None}})()

        def __init__(self, connection: object) -> None:
            pass

    monkeypatch.setattr(health, "MigrationLoader", Behind)

    status, text = ask()

    assert status == 503
    assert "manage.py migrate" in text
