"""Does every key open, and every key of the second copy? Asked by opening them."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from uuid import UUID

from keys import files
from keys.copies import lay_out
from keys.drills import drill_place, remove_drill
from keys.envelope import open_, seal
from keys.errors import KeyDestroyed, KeyProblem
from keys.standings import standing_of
from keys.store import Store
from keys.wrapping import BUCKETS


@dataclass(frozen=True, slots=True)
class Drilled:
    """How many canaries the restored copy opened, of how many, in how many seconds."""

    opened: int
    tried: int
    seconds: float


def open_each(store: Store, progress: Callable[[int, int], None]) -> int:
    """Opens each data key from the disk; raises KeyStoreUnavailable at one that stays shut."""
    done, whole = 0, standing_of(store).people
    for bucket in range(BUCKETS):
        for _, subject in store.rows("SELECT 0, subject FROM data_key WHERE bucket = ?", (bucket,)):
            try:
                store.held(UUID(bytes=subject))
            except KeyDestroyed:
                # Because an erasure may come between the list and the look.
                continue
            done += 1
        progress(done, whole)
    return done


def drill_copy(store: Store, place: Path, people: int) -> Drilled:
    """Restores into a folder of its own and destroys it again; the caller holds the store."""
    started, home = monotonic(), drill_place(store.directory)
    remove_drill(store.directory)
    try:
        files.private_directory(home)
        lay_out(place, home / "keys")
        development = files.read_private(store.directory.parent / "kek")
        if development is not None:
            files.create_private(home / "kek", development)
        restored = Store(home / "keys", production=store.production)
        chosen = store.rows("SELECT 0, subject FROM data_key ORDER BY random() LIMIT ?", (people,))
        opened = sum(_opens(store, restored, UUID(bytes=subject)) for _, subject in chosen)
    finally:
        remove_drill(store.directory)
    return Drilled(opened, len(chosen), monotonic() - started)


def _opens(store: Store, restored: Store, person: UUID) -> bool:
    word = os.urandom(16)
    canary = seal(store.held(person).data_key, word, aad=b"drill")
    try:
        return open_(restored.held(person).data_key, canary, aad=b"drill") == word
    except KeyProblem:
        return False
