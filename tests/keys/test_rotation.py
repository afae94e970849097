"""A new root key: no row changes, the old opens nothing, a crash anywhere is finished."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import CommandError, call_command

from keys import actions, queries, rotation, store
from keys.envelope import open_with
from keys.errors import BoxRefused, KeyStoreUnsafe
from keys.rotation import finish_rotation, sealed_files
from keys.store import Store

PEOPLE = [UUID(int=n) for n in range(1, 6)]

# The same change in the store's own files, in another process that dies on the way.
CRASH = """
import os, sys
from pathlib import Path
from keys import files, rotation
from keys.store import Store
directory, place, step, moment, count = sys.argv[1:6]
home = {"files": files, "rotation": rotation, "os": os}[place]
calls = [0]
def crash(*args, _step=getattr(home, step), **named):
    calls[0] += 1
    if calls[0] == int(count):
        if moment == "after":
            _step(*args, **named)
        os._exit(9)
    return _step(*args, **named)
store = Store(Path(directory), production=False)
setattr(home, step, crash)
rotation.rotate_root(store, lambda done, whole: None)
"""
CRASHES = [
    ("rotation", "make_next", "after", "1"),
    ("rotation", "switch", "before", "1"),
    ("rotation", "switch", "after", "1"),
    ("files", "create_private", "after", "4"),
    ("os", "rename", "before", "3"),
    ("os", "rename", "after", "3"),
    ("rotation", "reseal", "after", "2"),
    ("rotation", "promote", "before", "1"),
    ("os", "rename", "before", "1"),
    ("os", "rename", "after", "7"),
    ("rotation", "promote", "after", "1"),
]

NOT_BEGUN = [CRASHES[0], CRASHES[1], ("os", "rename", "before", "1")]


def opened_by(root: bytes, directory: Path) -> int:
    found = 0
    for path, place in sealed_files(directory):
        try:
            open_with(AESGCM(root), path.read_bytes(), aad=place)
        except BoxRefused:
            continue
        found += 1
    return found


def test_no_row_changes_and_the_old_root_key_opens_nothing(keystore: Path) -> None:
    actions.create_data_keys(PEOPLE)
    signing = queries.named_key("log-signing")
    rows = store.store().rows("SELECT generation, wrapped FROM data_key")
    keys = queries.data_keys(PEOPLE)
    old = bytes.fromhex((keystore.parent / "kek").read_text())
    running = Store(keystore, production=False)
    told: list[tuple[int, int]] = []
    assert actions.rotate(progress=lambda done, whole: told.append((done, whole))) == 6
    assert told[-1] == (6, 6)
    new = bytes.fromhex((keystore.parent / "kek").read_text())
    assert (opened_by(old, keystore), opened_by(new, keystore)) == (0, 7)
    assert store.store().rows("SELECT generation, wrapped FROM data_key") == rows
    # Because a process that was running then knows only the old one.
    assert {one: running.held(one).data_key for one in PEOPLE} == keys
    assert running.named_key("log-signing") == signing
    assert not list(keystore.parent.rglob(".*"))


@pytest.mark.parametrize(("place", "step", "moment", "count"), CRASHES)
def test_a_crash_at_any_point_is_finished(
    keystore: Path, place: str, step: str, moment: str, count: str
) -> None:
    actions.create_data_keys(PEOPLE)
    keys = queries.data_keys(PEOPLE)
    old = bytes.fromhex((keystore.parent / "kek").read_text())
    died = subprocess.run(
        [sys.executable, "-c", CRASH, str(keystore), place, step, moment, count], check=False
    )
    assert died.returncode == 9
    between = Store(keystore, production=False)
    assert {one: between.held(one).data_key for one in PEOPLE} == keys
    assert actions.reconcile() >= 0
    later = Store(keystore, production=False)
    assert {one: later.held(one).data_key for one in PEOPLE} == keys
    new = bytes.fromhex((keystore.parent / "kek").read_text())
    begun = (place, step, moment, count) not in NOT_BEGUN
    assert opened_by(old, keystore) == (0 if begun else 6)
    assert opened_by(new, keystore) == 6
    assert (keystore.parent / "kek.next").exists() != begun
    assert not list(keystore.parent.rglob(".*"))


def test_new_people_and_erasures_go_on_in_the_middle(
    keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.create_data_keys(PEOPLE)
    late, once = UUID(int=900), []

    def meanwhile(*args: object) -> None:
        if not once:
            once.append(True)
            actions.create_data_keys([late])
            actions.erase(PEOPLE[0])

    actions.rotate(progress=meanwhile)
    new = bytes.fromhex((keystore.parent / "kek").read_text())
    assert opened_by(new, keystore) == len(list(sealed_files(keystore)))
    assert set(queries.data_keys([*PEOPLE, late])) == {*PEOPLE[1:], late}


def test_where_the_operator_keeps_the_key_he_names_the_next(
    keystore: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KEK", "0f" * 32)
    actions.create_data_keys(PEOPLE)
    keys = queries.data_keys(PEOPLE)
    with pytest.raises(CommandError, match="KEK_NEXT"):
        call_command("keys", "rotate")
    following = tmp_path / "following"
    following.write_text("1e" * 32)
    following.chmod(0o644)
    monkeypatch.setenv("KEK_NEXT_FILE", str(following))
    with pytest.raises(CommandError, match="chmod 600"):
        call_command("keys", "rotate")
    following.chmod(0o600)
    call_command("keys", "rotate", stdout=open(os.devnull, "w"))  # noqa: SIM115
    monkeypatch.delenv("KEK_NEXT_FILE")
    monkeypatch.setenv("KEK", "1e" * 32)
    del store._OPEN[keystore]
    assert queries.data_keys(PEOPLE) == keys
    assert (opened_by(b"\x0f" * 32, keystore), opened_by(b"\x1e" * 32, keystore)) == (0, 6)


def test_nothing_is_finished_that_nobody_began(keystore: Path) -> None:
    opened = Store(keystore, production=False)
    assert finish_rotation(opened) == 0
    rotation.make_next(keystore, production=False)
    assert finish_rotation(opened) == 0
    with pytest.raises(KeyStoreUnsafe):
        rotation.make_next(keystore, production=True)
