"""A new root key: every sealed file of the store under the next one, no row of data touched.

The check file first, which makes all processes seal under the next; then each file, its old box
destroyed only when the new one is durable; then proof that the next alone opens everything; the
second copy of the store; and only then the old root key goes. Each step may be done again.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from keys import files
from keys.copies import refresh, take_roots
from keys.errors import KeyStoreUnavailable
from keys.root_key import NO_NEXT, make_next, promote_next
from keys.store import Store
from keys.wrapping import bucket_place, name_place

Progress = Callable[[int, int], None]


def rotate_root(store: Store, progress: Progress) -> int:
    """Brings the next root key in; returns how many files were sealed anew.

    Raises KeyStoreUnsafe where the operator has to name the next one, KeyStoreUnavailable
    where something cannot be read; what was done stays good.
    """
    if store.roots.refresh() == 1:
        make_next(store.directory, production=store.production)
        if store.roots.refresh() == 1:
            raise KeyStoreUnavailable(NO_NEXT)
    return finish(store, progress)


def finish_rotation(store: Store) -> int:
    """Finishes a rotation that a crash interrupted; returns how many files it sealed."""
    if store.roots.refresh() == 1:
        promote_next(store.directory)
        return 0
    begun = store.roots.sealing() == 1
    return finish(store, lambda done, whole: None) if begun else 0


def finish(store: Store, progress: Progress) -> int:
    """All steps after the next root key is there."""
    switch(store)
    done = 0
    while waiting := list(not_yet(store)):
        for path, place in waiting:
            reseal(store, path, place)
            done += 1
            progress(done, len(waiting))
    copy(store)
    promote(store)
    return done


def switch(store: Store) -> None:
    """Step 1: from here on every process seals under the next root key."""
    with store.exclusive(), store.writing():
        _reseal(store, store.check_path, name_place(store.check_path.name))


def reseal(store: Store, path: Path, place: bytes) -> None:
    """Step 2, for one file; an erasure may come between two of them."""
    with store.exclusive():
        _reseal(store, path, place)


def not_yet(store: Store) -> Iterator[tuple[Path, bytes]]:
    """The files that the next root key does not open yet, each with its associated data."""
    for path, place in sealed_files(store.directory):
        box = files.read_private(path)
        if box is not None and not store.roots.is_next(box, aad=place):
            yield path, place


def copy(store: Store) -> None:
    """Step 3: the second copy opens with the next root key too."""
    if store.copy is not None:
        with store.exclusive():
            refresh(store, store.copy)


def promote(store: Store) -> None:
    """Step 4: the next is the root key now; where we keep the old one, it is destroyed."""
    promote_next(store.directory)
    store.roots.refresh()
    if store.copy is not None:
        take_roots(store.directory, store.copy)


def sealed_files(directory: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file under the root key, with its associated data."""
    for path in sorted((directory / "buckets").glob("[0-9]*")):
        bucket, generation = path.name.split("-")
        yield path, bucket_place(int(bucket), int(generation))
    for path in sorted((directory / "named").glob("[a-z]*")):
        yield path, name_place(path.name)


def _reseal(store: Store, path: Path, place: bytes) -> None:
    box = files.read_private(path)
    if box is not None and not store.roots.is_next(box, aad=place):
        files.replace_private(path, store.roots.seal_next(box, aad=place))
