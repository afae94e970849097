"""A drill: what was backed up comes back, and whoever was erased meanwhile does not."""

import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone
from zeal import zeal_ignore

from config.backups import manifest
from consent.models import Subject
from consent.queries import standings
from keys import queries as keys
from keys.errors import KeyDestroyed
from keys.store import store
from profiles.actions import accounts
from profiles.models import Profile, User
from profiles.queries import restoring
from tests.cast import ada, ben, catalogue
from tests.profiles.acts import opened, worked

__all__ = ["ada", "ben", "catalogue"]

ROOT = Path(__file__).parents[2]
START_WEB = [sys.executable, "-c", "import config.wsgi"]
START_WORKER = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool=solo"]

pytestmark = pytest.mark.usefixtures("committed")


def run(*words: str) -> str:
    out = StringIO()
    with zeal_ignore():
        call_command(*words, stdout=out)
    return out.getvalue()


def started(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def blocks_of(subject_id: UUID) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM profiles_vaultblock WHERE subject = %s", [subject_id])
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def backup_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_KEY", "5a" * 32)


@pytest.fixture
def backed_up(ada: UUID, ben: UUID, tmp_path: Path) -> Path:
    """A backup in which both people are whole."""
    accounts.create_customer(
        subject_id=ada, email="ada@example.org", language="en", at=timezone.now()
    )
    assert "bytes" in run("backup", str(tmp_path))
    return tmp_path


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_restored_dump_revives_nobody(backed_up: Path, ada: UUID, ben: UUID) -> None:
    bens = keys.data_key(ben)
    held = blocks_of(ben)
    worked(opened(ada, "erasure", undo=False))
    assert not Profile.objects.filter(subject_id=ada).exists()
    assert restoring.why_closed() is None

    assert "restore_gate" in run("restore", str(backed_up), "--overwrite")

    assert Profile.objects.filter(subject_id=ada).exists()
    assert blocks_of(ada) > 0
    assert restoring.why_closed() == restoring.DATABASE_BEHIND
    for command in (START_WEB, START_WORKER):
        refused = started(command)
        assert refused.returncode == 1, refused.stderr
        assert "manage.py restore_gate" in refused.stderr
    with pytest.raises(KeyDestroyed):
        keys.data_key(ada)

    assert "1 people erased again" in run("restore_gate")

    assert restoring.why_closed() is None
    assert blocks_of(ada) == 0
    assert not Profile.objects.filter(subject_id=ada).exists()
    assert not User.objects.filter(subject_id=ada).exists()
    assert standings.standing_of(ada).erased
    assert keys.data_key(ben) == bens
    assert blocks_of(ben) == held
    assert started(START_WEB).returncode == 0


def test_a_restore_by_other_means_is_noticed_too(backed_up: Path, ada: UUID) -> None:
    """Because every backup raises the marks after its dump, the dump is always behind."""
    with connections["owner"].cursor() as cursor:
        found = manifest.read(_only(backed_up), key=manifest.backup_keys()[1])
        cursor.execute("UPDATE profiles_highwater SET number = %s", [found.about["high_water"]])
    assert restoring.why_closed() == restoring.DATABASE_BEHIND


@pytest.mark.slow
def test_a_lost_key_store_comes_back_from_its_copy(
    backed_up: Path, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys.data_key(ada)
    lost = backed_up / "new" / "keys"
    lost.parent.mkdir(mode=0o700)
    shutil.copy(settings.KEYSTORE_DIR.parent / "kek", lost.parent / "kek")
    monkeypatch.setattr(settings, "KEYSTORE_DIR", lost)
    with pytest.raises(CommandError, match="There is no key store"):
        run("restore", str(backed_up), "--overwrite")
    run("restore", str(backed_up), "--overwrite", "--keys")
    assert store().directory == lost
    assert keys.data_key(ada) == before
    assert restoring.why_closed() is not None
    run("restore_gate")
    assert restoring.why_closed() is None
    with pytest.raises(CommandError, match="is not empty"):
        run("restore", str(backed_up), "--overwrite", "--keys")


def test_nothing_is_overwritten_unasked(backed_up: Path, ada: UUID) -> None:
    with pytest.raises(CommandError, match="--overwrite"):
        run("restore", str(backed_up))
    assert Subject.objects.filter(pk=ada).exists()
    assert restoring.why_closed() is None


def test_a_damaged_backup_is_found_before_anything_is_lost(backed_up: Path, ada: UUID) -> None:
    assert run("backup", str(backed_up), "--verify").count("whole.") == 2
    path = _only(backed_up) / "database.dump.sealed"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    for words in (("backup", "--verify"), ("restore", "--overwrite")):
        with pytest.raises(CommandError, match="is damaged"):
            run(words[0], str(backed_up), words[1])
    assert Subject.objects.filter(pk=ada).exists()


def test_another_key_opens_nothing(backed_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_KEY", "77" * 32)
    with pytest.raises(CommandError, match="not made with this BACKUP_KEY"):
        run("restore", str(backed_up), "--overwrite")
    monkeypatch.delenv("BACKUP_KEY")
    with pytest.raises(CommandError, match="Set BACKUP_KEY"):
        run("backup", str(backed_up))


def test_a_backup_is_sealed_and_only_the_newest_copy_of_keys_stays(
    backed_up: Path, ada: UUID
) -> None:
    first = (backed_up / "keys" / "key-store.tar.sealed").read_bytes()
    run("backup", str(backed_up))
    assert len(list((backed_up / "database").iterdir())) == 2
    assert sorted(path.name for path in (backed_up / "keys").iterdir()) == [
        "key-store.tar.sealed",
        "manifest.json",
    ]
    assert (backed_up / "keys" / "key-store.tar.sealed").read_bytes() != first
    for path in backed_up.rglob("*.sealed"):
        content = path.read_bytes()
        assert b"SQLite format" not in content
        assert b"PGDMP" not in content


def _only(folder: Path) -> Path:
    (found,) = (folder / "database").iterdir()
    return found
