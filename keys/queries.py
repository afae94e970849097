"""Reading keys: in process memory for at most a minute, never after their destruction."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from keys import high_water, signatures
from keys.derivation import keyed_index, month_of
from keys.drilling import open_each
from keys.errors import KeyDestroyed, KeyUnknown
from keys.standings import Comparison, Standing, compare, standing_of
from keys.store import store


def data_key(subject_id: UUID) -> bytes:
    """The 32-byte key of a person's data.

    Raises KeyUnknown, KeyDestroyed; KeyStoreUnsafe and KeyStoreUnavailable for the store.
    """
    return store().held(subject_id).data_key


def data_keys(subject_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The keys of many people; who is unknown or erased is left out."""
    found, opened = {}, store()
    for subject_id in subject_ids:
        try:
            found[subject_id] = opened.held(subject_id).data_key
        except (KeyUnknown, KeyDestroyed):
            continue
    return found


def subject_tag(subject_id: UUID, *, at: datetime) -> bytes:
    """The 16 bytes that stand for a person in the log during the UTC month of `at`."""
    return store().held(subject_id).tag(month_of(at))


def subject_tags(subject_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, bytes]:
    """The tags of many people in the month of `at`; who is unknown or erased is left out."""
    month = month_of(at)
    return {one: held.tag(month) for one, held in store().held_many(subject_ids).items()}


def blind_index(kind: str, value: str) -> bytes:
    """32 keyed bytes that find an equal value of `kind` again; normalise `value` before."""
    return keyed_index(store().named_key("blind-index"), kind, value)


def blind_indexes(kind: str, values: Iterable[str]) -> list[bytes]:
    """`blind_index` of many values, in their order."""
    key = store().named_key("blind-index")
    return [keyed_index(key, kind, value) for value in values]


def named_key(name: str) -> bytes:
    """The service's own 32-byte key of that name, such as `log-signing`; made at first use."""
    return store().named_key(name)


def signature(name: str, algorithm: str, message: bytes) -> bytes:
    """64 bytes over `message` by the named key, whose private half stays here.

    `algorithm` is one of `keys.signatures.ALGORITHMS`; ValueError for another.
    """
    return signatures.sign(store().named_key(name), algorithm, message)


def public_jwk(name: str, algorithm: str) -> signatures.Jwk:
    """What checks `signature`, as a JWK with its `kid`."""
    return signatures.public_jwk(store().named_key(name), algorithm)


def is_erased(subject_id: UUID) -> bool:
    """Whether a tombstone forbids this person's key for ever."""
    return (
        store().row("SELECT 1, 0 FROM tombstone WHERE subject = ?", (subject_id.bytes,)) is not None
    )


def tombstones(*, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
    """A page of all who were erased, by id; `after` is the last of the page before."""
    rows = store().rows(
        "SELECT 0, subject FROM tombstone WHERE subject > ? ORDER BY subject LIMIT ?",
        (after.bytes if after else b"", limit),
    )
    return [UUID(bytes=subject) for _, subject in rows]


def high_water_mark() -> int:
    """The number that the database's own must not be below (`keys.high_water`)."""
    return high_water.height(store())


def pending_erasures() -> int:
    """How many erasures were begun and not finished; 0 in a healthy store."""
    row = store().row("SELECT count(*), 0 FROM intent")
    return row[0] if row else 0


def standing() -> Standing:
    """What the store holds, in numbers."""
    return standing_of(store())


def compared(place: Path) -> Comparison:
    """What the copy at `place` lacks; raises KeyStoreLost where there is none."""
    return compare(store(), place)


def open_all(progress: Callable[[int, int], None]) -> int:
    """Opens each data key; how many. Raises KeyStoreUnavailable at one that stays shut."""
    return open_each(store(), progress)


def check() -> None:
    """Raises KeyStoreUnsafe or KeyStoreUnavailable, with what to do, when keys cannot be used."""
    store().require_present()
    pending_erasures()
