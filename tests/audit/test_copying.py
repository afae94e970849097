"""A copy of the log is the files of C2SP tlog-tiles."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle, publishing
from audit.checkpoints import open_checkpoint
from audit.copying import copy_log
from audit.errors import LogDamaged
from audit.tile_paths import parse, path_of
from tests.audit.conftest import write


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((0, 0, 256), "0/000"),
        ((1, 67, 256), "1/067"),
        ((0, 1234067, 256), "0/x001/x234/067"),
        ((2, 273, 112), "2/273.p/112"),
    ],
)
def test_the_published_examples_of_paths(place: tuple[int, int, int], path: str) -> None:
    assert path_of(*place) == path
    assert parse(path) == place


@given(st.tuples(st.integers(0, 63), st.integers(0, 10**18 - 1), st.integers(1, 256)))
def test_a_path_comes_back(place: tuple[int, int, int]) -> None:
    assert parse(path_of(*place)) == place


@given(st.text("0123456789x/.p", max_size=14))
def test_a_tile_has_one_path(text: str) -> None:
    place = parse(text)
    assert place is None or path_of(*place) == text


@pytest.mark.parametrize(
    "path", ["", "0", "0/1", "00/001", "0/x000/001", "0/001.p/0", "0/001.p/256", "0/001.p/01", "x"]
)
def test_nothing_else_is_a_path(path: str) -> None:
    assert parse(path) is None


def test_a_copy_leads_from_the_events_to_the_signed_root(
    drain: Callable[[], None], tmp_path: Path
) -> None:
    write(600)
    drain()
    copy_log(tmp_path / "copy")
    entries = [tmp_path / "copy/tile/entries" / name for name in ("000", "001", "002.p/88")]
    leaves = [merkle.leaf_hash(body) for file in entries for body in bodies(file.read_bytes())]
    note = (tmp_path / "copy" / "checkpoint").read_text()
    head = open_checkpoint(note, publishing.verifier_key())
    assert (head.size, head.root) == (600, merkle.root(leaves))
    assert (tmp_path / "copy/tile/0/002.p/88").read_bytes() == b"".join(leaves[512:])


def bodies(content: bytes) -> list[bytes]:
    """The events of a bundle."""
    found = []
    while content:
        end = 2 + int.from_bytes(content[:2], "big")
        found.append(content[2:end])
        content = content[end:]
    return found


def test_of_an_empty_log_nothing_is_copied(committed: None, tmp_path: Path) -> None:
    assert copy_log(tmp_path / "copy") is None
    assert list((tmp_path / "copy").iterdir()) == []


@pytest.mark.parametrize("table", ["audit_tile", "audit_leaf"])
def test_a_damaged_log_is_not_copied_as_whole(
    drain: Callable[[], None], tamper: Callable[..., None], tmp_path: Path, table: str
) -> None:
    write(3)
    drain()
    tamper(f"DELETE FROM {table}")
    with pytest.raises(LogDamaged, match="verify_log"):
        copy_log(tmp_path / "copy")
    assert not (tmp_path / "copy" / "checkpoint").exists()
