"""The root key in use and, while one follows another, the next: both open, one seals."""

from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys import files
from keys.envelope import open_with, seal_with
from keys.errors import BoxRefused


class Roots:
    """`read` gives the root key, then the next where there is one; `check` is a sealed file.

    Whichever root key the check file is sealed under seals new boxes, so all processes
    change over at once.
    """

    def __init__(self, read: Callable[[], list[bytes]], *, check: Path, aad: bytes) -> None:
        self._read, self._check, self._aad = read, check, aad
        self._ciphers = [AESGCM(key) for key in read()]

    def open(self, box: bytes, *, aad: bytes) -> bytes:
        """The content of a box; asks the provider anew before it raises BoxRefused."""
        try:
            return self._open(box, aad)
        except BoxRefused:
            # Because another process may have brought in a new root key.
            self.refresh()
            return self._open(box, aad)

    def seal(self, plaintext: bytes, *, aad: bytes) -> bytes:
        """A box under the root key that seals now."""
        return seal_with(self._ciphers[self.sealing()], plaintext, aad=aad)

    def seal_next(self, box: bytes, *, aad: bytes) -> bytes:
        """The same content in a box under the last root key."""
        return seal_with(self._ciphers[-1], self.open(box, aad=aad), aad=aad)

    def is_next(self, box: bytes, *, aad: bytes) -> bool:
        """Whether the last root key seals a box."""
        return _opens(self._ciphers[-1], box, aad)

    def sealing(self) -> int:
        """0, or 1 once a rotation has begun."""
        box = files.read_private(self._check)
        if box is None:
            return 0
        self.open(box, aad=self._aad)
        return next(n for n, one in enumerate(self._ciphers) if _opens(one, box, self._aad))

    def refresh(self) -> int:
        """Asks again; how many root keys there are."""
        self._ciphers = [AESGCM(key) for key in self._read()]
        return len(self._ciphers)

    def _open(self, box: bytes, aad: bytes) -> bytes:
        for cipher in self._ciphers:
            if _opens(cipher, box, aad):
                return open_with(cipher, box, aad=aad)
        raise BoxRefused("No root key opens this box.")


def _opens(cipher: AESGCM, box: bytes, aad: bytes) -> bool:
    try:
        open_with(cipher, box, aad=aad)
    except BoxRefused:
        return False
    return True
