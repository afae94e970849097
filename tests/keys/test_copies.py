"""The second copy holds the newest state only: it opens what lives and nothing that was erased."""

import os
import shutil
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from keys import actions, queries, store
from keys.drills import drill_place
from keys.errors import KeyDestroyed, KeyStoreLost, KeyStoreUnsafe
from keys.store import Store
from keys.wrapping import BUCKETS

PERSON = UUID(int=5)
NEIGHBOURS = [UUID(int=5 + BUCKETS * n) for n in range(1, 4)]


@pytest.fixture
def copy(keystore: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for the copy, on another path."""
    place = keystore.parent / "elsewhere"
    monkeypatch.setattr(settings, "KEYSTORE_COPY_DIR", place)
    return place


def run(*words: str) -> str:
    said = StringIO()
    call_command("keys", *words, stdout=said, stderr=StringIO())
    return said.getvalue()


def lose(keystore: Path) -> None:
    """The store is gone, and the process starts again."""
    del store._OPEN[keystore]
    shutil.rmtree(keystore)


def test_a_lost_store_comes_back_from_its_copy(keystore: Path, copy: Path) -> None:
    people = [uuid4() for _ in range(20)]
    actions.create_data_keys(people)
    before, signing = queries.data_keys(people), queries.named_key("log-signing")
    run("copy")
    assert "20 of 20 canaries" in run("drill")
    assert not drill_place(keystore).exists()
    lose(keystore)
    assert "20 people" in run("restore")
    assert queries.data_keys(people) == before
    assert queries.named_key("log-signing") == signing
    with pytest.raises(CommandError, match="not overwritten"):
        run("restore")


def test_an_erasure_reaches_the_copy_before_it_is_done(keystore: Path, copy: Path) -> None:
    actions.create_data_keys([PERSON, *NEIGHBOURS])
    before = queries.data_keys(NEIGHBOURS)
    run("copy")
    actions.erase(PERSON)
    lose(keystore)
    actions.restore(copy)
    with pytest.raises(KeyDestroyed):
        queries.data_key(PERSON)
    assert queries.data_keys(NEIGHBOURS) == before


def test_an_erasure_waits_for_a_copy_that_is_away(keystore: Path, copy: Path) -> None:
    actions.create_data_keys([PERSON, *NEIGHBOURS])
    run("copy")
    os.rename(copy, copy.with_name("unplugged"))
    with pytest.raises(KeyStoreLost, match="cannot reach it"):
        actions.erase(PERSON)
    assert queries.pending_erasures() == 1
    with pytest.raises(KeyDestroyed):
        queries.data_key(PERSON)
    os.rename(copy.with_name("unplugged"), copy)
    assert actions.reconcile() == 1
    assert queries.pending_erasures() == 0
    assert "still opens" not in run("status")


def test_what_the_copy_lacks_is_told(keystore: Path, copy: Path) -> None:
    actions.create_data_keys([PERSON])
    with pytest.raises(CommandError, match="no copy"):
        run("status")
    run("copy")
    actions.create_data_keys(NEIGHBOURS)
    assert "lacks 3 of 4" in run("status")
    with pytest.raises(CommandError, match=r"1 of 4 canaries|canaries opened"):
        run("drill")
    assert "lacks 0 of 4" in run("copy")
    assert "All 4 data keys open" in run("check")


def test_a_copy_that_others_can_read_or_that_is_half_is_refused(keystore: Path, copy: Path) -> None:
    actions.create_data_keys([PERSON])
    run("copy")
    copy.chmod(0o755)
    with pytest.raises(CommandError, match=f"chmod 700 {copy}"):
        run("copy")
    copy.chmod(0o700)
    (copy / "named" / "store-check").unlink()
    lose(keystore)
    with pytest.raises(KeyStoreLost, match="no whole copy"):
        actions.restore(copy)
    assert not keystore.exists()


def test_what_a_killed_drill_left_goes_with_the_next_erasure(keystore: Path, copy: Path) -> None:
    actions.create_data_keys([PERSON])
    run("copy")
    shutil.copytree(keystore, drill_place(keystore) / "keys")
    actions.erase(PERSON)
    assert not drill_place(keystore).exists()


def test_a_store_that_lives_is_never_overwritten(keystore: Path, copy: Path) -> None:
    actions.create_data_keys([PERSON])
    actions.copy_to(copy)
    with pytest.raises(KeyStoreUnsafe):
        actions.restore(copy)
    assert Store(keystore, production=False).held(PERSON)
