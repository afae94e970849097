"""Destroying a person's key for good, in an order that a crash at any point can finish.

Intent; a new bucket key; one transaction that re-wraps the neighbours, deletes the row and
leaves a tombstone; all processes told; the old bucket key destroyed; the
second copy brought up to date; the intent cleared. Until
the transaction nothing has happened; from then on only finishing remains, and every copy of
the wrapped key (free pages, journal, back-up) opens with nothing that exists.
"""

from dataclasses import dataclass
from uuid import UUID

from keys import files
from keys.copies import refresh_bucket
from keys.drills import remove_drill
from keys.errors import KeyStoreUnavailable
from keys.store import Store
from keys.wrapping import bucket_of, unwrap_data_key, wrap_data_key


@dataclass(frozen=True, slots=True)
class Erased:
    """Which generation of which bucket died with the key; generation 0: there never was a key."""

    bucket: int
    generation: int


def destroy_data_key(store: Store, subject_id: UUID) -> Erased:
    """Destroys one data key, first finishing what a crash left; idempotent."""
    subject, bucket = subject_id.bytes, bucket_of(subject_id)
    with store.exclusive():
        finish_pending(store)
        done = _tombstone(store, subject)
        if done is None:
            note_intent(store, subject)
            done = carry_out(store, subject, bucket)
        return done


def reconcile_store(store: Store) -> int:
    """Finishes interrupted erasures and removes stray bucket keys; returns how many of both."""
    with store.exclusive():
        return finish_pending(store) + _remove_strays(store)


def finish_pending(store: Store) -> int:
    """Carries out every intent on file; the caller holds the store."""
    pending = store.rows("SELECT 0, subject FROM intent")
    for _, subject in pending:
        carry_out(store, subject, bucket_of(UUID(bytes=subject)))
    return len(pending)


def note_intent(store: Store, subject: bytes) -> None:
    """Step 1: durable before anything is touched."""
    with store.writing() as connection:
        connection.execute("INSERT OR IGNORE INTO intent (subject) VALUES (?)", (subject,))


def carry_out(store: Store, subject: bytes, bucket: int) -> Erased:
    """Steps 2 to 7, from wherever they stopped."""
    done = _tombstone(store, subject)
    if done is None:
        old = make_generation(store, subject, bucket)
        rewrap(store, subject, bucket, old)
        done = Erased(bucket, old)
    announce(store, bucket)
    destroy_generation(store, done)
    reach_copy(store, bucket)
    clear_intent(store, subject)
    return done


def make_generation(store: Store, subject: bytes, bucket: int) -> int:
    """Step 2: the next bucket key, durable; returns the generation to be destroyed (0: none)."""
    row = store.row(
        "SELECT generation, wrapped FROM data_key WHERE bucket = ? AND subject = ?",
        (bucket, subject),
    )
    if row is None:
        return 0
    store.buckets.create(bucket, row[0] + 1)
    store.buckets.sync()
    return row[0]


def rewrap(store: Store, subject: bytes, bucket: int, old: int) -> None:
    """Step 3: one transaction; after it the person's key is beyond reach of the store."""
    with store.writing() as connection:
        if old:
            connection.execute(
                "DELETE FROM data_key WHERE bucket = ? AND subject = ?", (bucket, subject)
            )
            neighbours = connection.execute(
                "SELECT subject, wrapped FROM data_key WHERE bucket = ?", (bucket,)
            ).fetchall()
            connection.executemany(
                "UPDATE data_key SET generation = ?, wrapped = ? WHERE bucket = ? AND subject = ?",
                _wrapped_again(store, neighbours, bucket, old),
            )
            connection.execute(
                "UPDATE bucket SET generation = ? WHERE number = ?", (old + 1, bucket)
            )
        connection.execute(
            "INSERT INTO tombstone (subject, bucket, generation) VALUES (?, ?, ?)",
            (subject, bucket, old),
        )


def announce(store: Store, bucket: int) -> None:
    """Step 4: no process serves a key of this bucket from memory any more."""
    row = store.row("SELECT generation, 0 FROM bucket WHERE number = ?", (bucket,))
    if row is not None:
        store.generations[bucket] = row[0]


def destroy_generation(store: Store, erased: Erased) -> None:
    """Step 5: the point of no return for every copy of the wrapped key."""
    if erased.generation:
        store.buckets.destroy(erased.bucket, erased.generation)


def reach_copy(store: Store, bucket: int) -> None:
    """Step 6: the second copy loses the key too; without it the erasure is not finished."""
    remove_drill(store.directory)
    if store.copy is not None:
        refresh_bucket(store, store.copy, bucket)


def clear_intent(store: Store, subject: bytes) -> None:
    """Step 7: finished."""
    with store.writing() as connection:
        connection.execute("DELETE FROM intent WHERE subject = ?", (subject,))


def _wrapped_again(
    store: Store, neighbours: list[tuple[bytes, bytes]], bucket: int, old: int
) -> list[tuple[int, bytes, int, bytes]]:
    new = old + 1
    before, after = store.buckets.cipher(bucket, old), store.buckets.cipher(bucket, new)
    if before is None or after is None:
        raise KeyStoreUnavailable("A bucket key is missing: restore it; nothing was erased.")
    rewrapped = []
    for subject, wrapped in neighbours:
        key = unwrap_data_key(before, wrapped, subject=subject, bucket=bucket, generation=old)
        box = wrap_data_key(after, key, subject=subject, bucket=bucket, generation=new)
        rewrapped.append((new, box, bucket, subject))
    return rewrapped


def _tombstone(store: Store, subject: bytes) -> Erased | None:
    row = store.row("SELECT bucket, generation FROM tombstone WHERE subject = ?", (subject,))
    return None if row is None else Erased(row[0], int(row[1]))


def _remove_strays(store: Store) -> int:
    # Because new buckets are made inside a write transaction, none is in the making here.
    with store.writing() as connection:
        current = dict(connection.execute("SELECT number, generation FROM bucket").fetchall())
        strays = [
            (bucket, generation)
            for bucket, generation in store.buckets.present()
            if current.get(bucket) != generation
        ]
        for bucket, generation in strays:
            store.buckets.destroy(bucket, generation)
        for bucket, generation in current.items():
            store.generations[bucket] = generation
    # Because a named key is made, or sealed anew, by who holds the store: none is in the making.
    for draft in (store.directory / "named").glob(".*"):
        files.destroy(draft)
    return len(strays)
