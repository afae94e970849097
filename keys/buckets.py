"""The bucket keys: one private file per bucket and generation, sealed under the root key."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys import files
from keys.cache import Memory
from keys.errors import BoxRefused, KeyStoreUnavailable
from keys.roots import Roots
from keys.wrapping import BUCKETS, bucket_place


class Buckets:
    """The directory `buckets/`; `NNNN-GGGGGGGG` holds generation G of bucket N."""

    def __init__(self, directory: Path, *, roots: Roots, seconds: float) -> None:
        files.private_directory(directory)
        self._directory = directory
        self._roots = roots
        self._ciphers: Memory[int, AESGCM] = Memory(capacity=BUCKETS, seconds=seconds)

    def cipher(self, bucket: int, generation: int) -> AESGCM | None:
        """The cipher of a bucket key, or None where that generation was destroyed."""
        cipher = self._ciphers.get(bucket, mark=generation)
        if cipher is None:
            key = self._read(bucket, generation)
            if key is None:
                return None
            cipher = AESGCM(key)
            self._ciphers.put(bucket, cipher, mark=generation)
        return cipher

    def create(self, bucket: int, generation: int) -> AESGCM:
        """The cipher of a new generation; of the one on disk where a crash left it there.

        The caller calls `sync` before anything is wrapped for good.
        """
        key = os.urandom(32)
        box = self._roots.seal(key, aad=bucket_place(bucket, generation))
        if files.create_private(self._path(bucket, generation), box):
            return AESGCM(key)
        found = self._read(bucket, generation)
        if found is None:
            raise KeyStoreUnavailable("A bucket key vanished while it was being made.")
        return AESGCM(found)

    def sync(self) -> None:
        """Makes the names of new bucket keys durable."""
        files.sync_directory(self._directory)

    def destroy(self, bucket: int, generation: int) -> None:
        """Destroys one generation for good; nothing happens where it is gone already."""
        self._ciphers.forget(bucket)
        files.destroy(self._path(bucket, generation))

    def present(self) -> list[tuple[int, int]]:
        """(bucket, generation) of every key on disk; drafts left by a crash are removed."""
        found = []
        with files.readable(self._directory):
            for name in os.listdir(self._directory):
                if name.startswith("."):
                    files.destroy(self._directory / name)
                else:
                    bucket, generation = name.split("-")
                    found.append((int(bucket), int(generation)))
        return found

    def _read(self, bucket: int, generation: int) -> bytes | None:
        box = files.read_private(self._path(bucket, generation))
        if box is None:
            return None
        try:
            return self._roots.open(box, aad=bucket_place(bucket, generation))
        except BoxRefused as error:
            raise KeyStoreUnavailable(
                f"Bucket key {bucket}-{generation} does not open with this root key. "
                "Give the KEK that the store was made with, or restore the file."
            ) from error

    def _path(self, bucket: int, generation: int) -> Path:
        return self._directory / f"{bucket:04d}-{generation:08d}"
