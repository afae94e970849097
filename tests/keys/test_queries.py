"""Keys are the same for everybody who may ask, and gone for everybody once destroyed."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from keys import actions, queries
from keys.errors import KeyDestroyed, KeyUnknown
from keys.wrapping import BUCKETS

NOVEMBER = datetime(2026, 11, 22, 9, 14, tzinfo=UTC)


def test_each_person_has_a_key_of_their_own(keystore: Path) -> None:
    people = [uuid4() for _ in range(50)]
    actions.create_data_keys(people)
    keys = queries.data_keys(people)
    assert len(set(keys.values())) == 50
    assert {len(key) for key in keys.values()} == {32}
    actions.create_data_keys(people)
    assert queries.data_keys(people) == keys


def test_nobody_known_has_no_key(keystore: Path) -> None:
    with pytest.raises(KeyUnknown):
        queries.data_key(uuid4())


def test_a_tag_names_one_person_in_one_utc_month(keystore: Path) -> None:
    one, other = uuid4(), uuid4()
    actions.create_data_keys([one, other])
    tag = queries.subject_tag(one, at=NOVEMBER)
    assert len(tag) == 16
    assert tag == queries.subject_tag(one, at=NOVEMBER.replace(day=1))
    assert tag != queries.subject_tag(one, at=NOVEMBER.replace(month=10))
    assert tag != queries.subject_tag(other, at=NOVEMBER)
    still_october = datetime(2026, 11, 1, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    assert queries.subject_tag(one, at=still_october) != tag
    with pytest.raises(ValueError, match="zone"):
        queries.subject_tag(one, at=datetime(2026, 11, 22))  # noqa: DTZ001


def test_the_tags_of_many_are_those_of_each_and_end_with_the_key(keystore: Path) -> None:
    people = [uuid4() for _ in range(5)]
    actions.create_data_keys(people)
    asked = [*people, uuid4()]
    for _ in range(2):
        found = queries.subject_tags(asked, at=NOVEMBER)
        assert found == {one: queries.subject_tag(one, at=NOVEMBER) for one in people}
    actions.erase(people[0])
    assert set(queries.subject_tags(asked, at=NOVEMBER)) == set(people[1:])


def test_blind_indexes_find_equal_values_of_one_kind(keystore: Path) -> None:
    assert queries.blind_index("email", "a@b") == queries.blind_index("email", "a@b")
    assert queries.blind_index("email", "a@b") != queries.blind_index("phone", "a@b")
    assert queries.blind_index("a", "b|c") != queries.blind_index("a|b", "c")
    assert len(queries.blind_index("email", "")) == 32


def test_two_processes_read_the_same_named_key(keystore: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom keys.store import Store\n"
        "store = Store(Path(sys.argv[1]), production=False)\n"
        "print(store.named_key('log-signing').hex())"
    )
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(keystore)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    answers = {process.communicate(timeout=30)[0].strip() for process in racing}
    assert answers == {queries.named_key("log-signing").hex()}


@pytest.mark.parametrize("name", ["", "../kek", "Upper", "a b", "x" * 64])
def test_a_named_key_has_a_plain_name(keystore: Path, name: str) -> None:
    with pytest.raises(ValueError, match="key name"):
        queries.named_key(name)


def test_a_key_destroyed_by_another_process_is_not_served_from_memory(keystore: Path) -> None:
    person = uuid4()
    actions.create_data_keys([person])
    queries.data_key(person)
    child = os.fork()
    if child == 0:
        try:
            actions.erase(person)
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with pytest.raises(KeyDestroyed):
        queries.data_key(person)
    assert queries.data_keys([person]) == {}
    assert queries.is_erased(person)


def test_no_process_opens_anything_once_the_erasure_has_returned(keystore: Path) -> None:
    person = uuid4()
    actions.create_data_keys([person])
    readers = [reading(person) for _ in range(3)]
    for _, pipe in readers:
        assert os.read(pipe, 1) == b"!"
    actions.erase(person)
    returned = time.monotonic()
    for child, pipe in readers:
        last = float(os.read(pipe, 64))
        os.close(pipe)
        os.waitpid(child, 0)
        assert last < returned


def reading(person: UUID) -> tuple[int, int]:
    """A process that opens the key again and again, and says when it last could."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child:
        os.close(theirs)
        return child, ours
    try:
        queries.data_key(person)
        os.write(theirs, b"!")
        last = 0.0
        for _ in range(50_000_000):
            begun = time.monotonic()
            queries.data_key(person)
            last = begun
    except KeyDestroyed:
        os.write(theirs, repr(last).encode())
    finally:
        os._exit(0)


def test_a_neighbour_keeps_the_key(keystore: Path) -> None:
    neighbours = [UUID(int=7 + BUCKETS * n) for n in range(5)]
    actions.create_data_keys(neighbours)
    before = queries.data_keys(neighbours[1:])
    actions.erase(neighbours[0])
    assert queries.data_keys(neighbours) == before
