"""After an erasure no copy of the store opens the key; a crash anywhere loses nobody else's."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from keys import actions, queries
from keys.destruction import reconcile_store
from keys.errors import KeyDestroyed, KeyProblem, KeyStoreUnavailable
from keys.holder import KeyHolder
from keys.store import Store
from keys.wrapping import BUCKETS, bucket_of

PERSON = UUID(int=5)
NEIGHBOURS = [UUID(int=5 + BUCKETS * n) for n in range(1, 6)]
STEPS = [
    "note_intent",
    "make_generation",
    "rewrap",
    "announce",
    "destroy_generation",
    "clear_intent",
]

CRASH = """
import os, sys
from pathlib import Path
from uuid import UUID
from keys import destruction
from keys.store import Store
directory, step, moment = sys.argv[1:4]
def crash(*args, _step=getattr(destruction, step)):
    if moment == "after":
        _step(*args)
    os._exit(9)
setattr(destruction, step, crash)
destruction.destroy_data_key(Store(Path(directory), production=False), UUID(int=5))
"""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_at_any_point_is_finished(keystore: Path, step: str, moment: str) -> None:
    actions.create_data_keys([PERSON, *NEIGHBOURS])
    before = queries.data_keys(NEIGHBOURS)
    died = subprocess.run([sys.executable, "-c", CRASH, str(keystore), step, moment], check=False)
    assert died.returncode == 9
    later = Store(keystore, production=False)
    assert {person: later.held(person).data_key for person in NEIGHBOURS} == before
    reconcile_store(later)
    begun = (step, moment) != ("note_intent", "before")
    if begun:
        with pytest.raises(KeyDestroyed):
            later.held(PERSON)
        with pytest.raises(KeyDestroyed):
            queries.data_key(PERSON)
    assert [name for name, _ in later.buckets.present()] == [bucket_of(PERSON)]
    assert later.rows("SELECT 0, subject FROM intent") == []
    assert {person: later.held(person).data_key for person in NEIGHBOURS} == before
    assert actions.erase(PERSON).generation == 1
    assert queries.data_keys([PERSON, *NEIGHBOURS]) == before


def test_erasing_twice_says_the_same(keystore: Path) -> None:
    actions.create_data_keys([PERSON])
    first = actions.erase(PERSON)
    assert (first.bucket, first.generation) == (bucket_of(PERSON), 1)
    assert actions.erase(PERSON) == first


def test_an_erased_person_gets_no_new_key(keystore: Path) -> None:
    actions.create_data_keys([PERSON])
    actions.erase(PERSON)
    stranger = uuid4()
    with pytest.raises(KeyDestroyed):
        actions.create_data_keys([stranger, PERSON])
    assert queries.data_keys([stranger]) == {}


def test_a_person_without_a_key_is_barred_too(keystore: Path) -> None:
    assert actions.erase(PERSON).generation == 0
    with pytest.raises(KeyDestroyed):
        queries.data_key(PERSON)


def test_a_draft_that_is_the_finished_key_under_a_second_name_takes_nobody_along(
    keystore: Path,
) -> None:
    actions.create_data_keys([PERSON])
    made = next((keystore / "buckets").iterdir())
    os.link(made, made.with_name(f".{made.name}.0badc0de"))
    actions.reconcile()
    assert [path.name for path in (keystore / "buckets").iterdir()] == [made.name]
    assert Store(keystore, production=False).held(PERSON)


def test_an_old_copy_of_the_wrapped_keys_opens_nothing(keystore: Path, tmp_path: Path) -> None:
    actions.create_data_keys([PERSON, *NEIGHBOURS])
    queries.data_key(PERSON)
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in keystore.glob("wrapped.sqlite3*"):
        shutil.copy(path, copy / path.name)
    actions.erase(PERSON)
    for path in keystore.glob("wrapped.sqlite3*"):
        path.unlink()
    for path in copy.iterdir():
        shutil.copy(path, keystore / path.name)
    restored = Store(keystore, production=False)
    with pytest.raises(KeyStoreUnavailable):
        restored.held(PERSON)


def test_the_holder_destroys_and_exports_nothing(keystore: Path) -> None:
    actions.create_data_keys([PERSON])
    holder = KeyHolder()
    assert list(holder.export(PERSON, permit=None)) == []
    assert holder.erase(PERSON, at=None).erased == 1  # type: ignore[arg-type]
    with pytest.raises(KeyProblem):
        queries.data_key(PERSON)


def test_making_keys_for_a_whole_shop_is_quick(keystore: Path) -> None:
    people = [uuid4() for _ in range(2500)]
    # Because the machine of a test has other work too, its own processor time is counted.
    started = time.process_time()
    actions.create_data_keys(people)
    assert time.process_time() - started < 1.0
    assert len(queries.data_keys(people)) == 2500
