"""A key store that was lost is not silently made anew beside the people it belonged to."""

import json
import os
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.test import RequestFactory

from config import health
from keys import actions, queries
from keys.errors import KeyStoreLost, KeyStoreUnavailable
from keys.store import store
from tests.cast import ben, catalogue

__all__ = ["ben", "catalogue"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the key store, as after a disk that was not mounted."""
    monkeypatch.setattr(settings, "KEYSTORE_DIR", tmp_path / "keys")
    return tmp_path / "keys"


def test_beside_people_no_store_is_made(committed: None, ben: UUID, lost: Path) -> None:
    with pytest.raises(KeyStoreLost, match="Restore it"):
        queries.data_key(ben)
    with pytest.raises(KeyStoreLost):
        actions.create_data_keys([ben])
    answer = health.readyz(RequestFactory().get("/readyz"))
    assert answer.status_code == 503
    assert "Restore it from its copy" in json.loads(answer.content)["parts"]["key_store"]
    assert str(lost) not in answer.content.decode()
    assert list(lost.rglob("*")) == []


def test_beside_nobody_one_is_made(committed: None, lost: Path) -> None:
    actions.create_data_keys([UUID(int=7)])
    assert queries.data_key(UUID(int=7))


def test_a_database_that_does_not_answer_lets_none_be_made(
    lost: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", "wrong")
    with pytest.raises(KeyStoreUnavailable, match="Start the database"):
        store()
    assert not lost.exists()


def test_files_that_vanish_under_a_running_process_are_missed(lost: Path, committed: None) -> None:
    actions.create_data_keys([UUID(int=7)])
    os.rename(lost / "named", lost / "elsewhere")
    with pytest.raises(KeyStoreLost, match="gone"):
        queries.check()
