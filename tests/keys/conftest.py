"""A key store of its own for each test."""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def keystore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of KEYSTORE_DIR."""
    monkeypatch.delenv("KEK", raising=False)
    monkeypatch.delenv("KEK_FILE", raising=False)
    # Because no database is asked here; tests/config/test_keystore_guard.py asks it.
    monkeypatch.setattr(settings, "KEYSTORE_GUARD", "builtins.object")
    directory = tmp_path / "keys"
    monkeypatch.setattr(settings, "KEYSTORE_DIR", directory)
    return directory
