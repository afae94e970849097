"""A store that others can read, or that we cannot, is refused with the command to type."""

import gc
import os
from pathlib import Path
from uuid import uuid4

import pytest

from keys import actions, queries, store
from keys.errors import KeyStoreUnavailable, KeyStoreUnsafe
from keys.root_key import root_key
from keys.store import Store


def opened(directory: Path) -> Store:
    return Store(directory, production=False)


def test_everything_in_the_store_is_ours_alone(keystore: Path) -> None:
    actions.create_data_keys([uuid4()])
    queries.named_key("pairwise")
    for path in [keystore, keystore.parent / "kek", *keystore.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("part", ["", "wrapped.sqlite3", "named", "buckets", "generations"])
def test_a_store_open_to_others_is_refused(keystore: Path, part: str) -> None:
    actions.create_data_keys([uuid4()])
    path = keystore / part
    path.chmod(path.stat().st_mode | 0o040)
    with pytest.raises(KeyStoreUnsafe, match=rf"chmod (600|700) {path}"):
        opened(keystore)


def test_a_root_key_open_to_others_is_refused(keystore: Path) -> None:
    opened(keystore)
    (keystore.parent / "kek").chmod(0o644)
    with pytest.raises(KeyStoreUnsafe, match="chmod 600"):
        opened(keystore)


def test_a_named_key_open_to_others_is_refused(keystore: Path) -> None:
    opened(keystore).named_key("pairwise")
    (keystore / "named" / "pairwise").chmod(0o604)
    with pytest.raises(KeyStoreUnsafe, match="chmod 600"):
        opened(keystore).named_key("pairwise")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_store_of_another_user_is_refused(keystore: Path) -> None:
    opened(keystore)
    os.chown(keystore, 65534, 65534)
    with pytest.raises(KeyStoreUnsafe, match="chown"):
        opened(keystore)


def test_a_link_in_the_place_of_the_store_is_refused(keystore: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    keystore.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyStoreUnsafe, match="link"):
        opened(keystore)


def test_production_makes_no_root_key(keystore: Path) -> None:
    with pytest.raises(KeyStoreUnsafe, match="KEK"):
        root_key(keystore, production=True)


def test_a_root_key_is_hex_or_base64(keystore: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEK", "0f" * 32)
    key = root_key(keystore, production=True)
    monkeypatch.setenv("KEK", "Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8=")
    assert root_key(keystore, production=True) == key == b"\x0f" * 32


@pytest.mark.parametrize("value", ["short", "zz" * 32, "0f" * 31])
def test_what_is_no_root_key_is_refused_and_not_repeated(
    keystore: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("KEK", value)
    with pytest.raises(KeyStoreUnavailable, match="32 bytes") as refusal:
        root_key(keystore, production=True)
    assert value not in str(refusal.value)


def test_a_root_key_file_that_is_missing_or_doubled_is_refused(
    keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEK_FILE", str(keystore / "nowhere"))
    with pytest.raises(KeyStoreUnavailable, match="does not exist"):
        root_key(keystore, production=True)
    monkeypatch.setenv("KEK", "0f" * 32)
    with pytest.raises(KeyStoreUnsafe, match="Both"):
        root_key(keystore, production=True)


def test_another_root_key_opens_nothing(keystore: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(keystore)
    monkeypatch.setenv("KEK", "0f" * 32)
    with pytest.raises(KeyStoreUnavailable, match="root key"):
        opened(keystore)


@pytest.mark.parametrize("damage", [b"", b"no database", bytes(9000)])
def test_a_damaged_store_is_unavailable(keystore: Path, damage: bytes) -> None:
    person = uuid4()
    actions.create_data_keys([person])
    # Because an open connection would hold its locks on the damaged file.
    del store._OPEN[keystore]
    gc.collect()
    for path in keystore.glob("wrapped.sqlite3-*"):
        path.unlink()
    (keystore / "wrapped.sqlite3").write_bytes(damage)
    with pytest.raises(KeyStoreUnavailable):
        opened(keystore).held(person)


def test_a_wrapped_key_moved_to_another_person_stays_shut(keystore: Path) -> None:
    one, other = uuid4(), uuid4()
    actions.create_data_keys([one, other])
    moved = opened(keystore)
    with moved.writing() as connection:
        wrapped = connection.execute(
            "SELECT wrapped FROM data_key WHERE subject = ?", (one.bytes,)
        ).fetchone()[0]
        connection.execute(
            "UPDATE data_key SET wrapped = ? WHERE subject = ?", (wrapped, other.bytes)
        )
    moved.held(one)
    with pytest.raises(KeyStoreUnavailable, match="altered or moved"):
        moved.held(other)
