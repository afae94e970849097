"""Files that only a person's own key opens: written and read in chunks, memory constant.

`SAYSOX1\\n`, then per chunk its length (4 bytes, big-endian) and a sealed box. Each box is bound
to the file's name, its place and whether it is the last, so that a file cut short, or put
together from two, does not open.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.envelope import open_with, seal_with
from keys.errors import BoxRefused

MAGIC = b"SAYSOX1\n"
CHUNK = 64 * 1024
_LENGTH = 4
_LARGEST_BOX = CHUNK + 1024


def _place(name: str, index: int, last: bool) -> bytes:
    return f"file|{name}|{index}|{'last' if last else 'more'}".encode()


class SealedWriter:
    """Writes a sealed file beside `path` and puts it in place, durable, when it is complete.

    Has the methods that zipfile asks of an output that cannot seek. `size` counts plain bytes.
    """

    def __init__(self, path: Path, *, key: bytes) -> None:
        self._path = path
        self._draft = path.with_name(f".{path.name}.{os.getpid()}")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._cipher = AESGCM(key)
        self._waiting = bytearray()
        self._index = 0
        self.size = 0
        self._file.write(MAGIC)

    def write(self, data: bytes) -> int:
        """Take some bytes; a chunk goes to disk once more than a chunk is there."""
        self._waiting += data
        self.size += len(data)
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def flush(self) -> None:
        """Nothing: a chunk is sealed once, whole."""

    def __enter__(self) -> "SealedWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._file.close()
            self._draft.unlink(missing_ok=True)
            return
        self._seal(bytes(self._waiting), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._draft, self._path)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        box = seal_with(self._cipher, plain, aad=_place(self._path.name, self._index, last))
        self._file.write(len(box).to_bytes(_LENGTH, "big"))
        self._file.write(box)
        self._index += 1


def read_sealed(path: Path, *, key: bytes) -> Iterator[bytes]:
    """The plain bytes of a sealed file, chunk by chunk.

    Raises FileNotFoundError, and BoxRefused where a byte differs or the end is missing.
    """
    cipher = AESGCM(key)
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise BoxRefused("This is not a sealed file.")
        index, length = 0, file.read(_LENGTH)
        while True:
            expected = int.from_bytes(length, "big")
            if len(length) != _LENGTH or expected > _LARGEST_BOX:
                raise BoxRefused("The sealed file is damaged.")
            box, length = file.read(expected), file.read(_LENGTH)
            last = not length
            yield open_with(cipher, box, aad=_place(path.name, index, last))
            if last:
                return
            index += 1


def write_lines(writer: SealedWriter, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Write rows as lines of JSON, and hand each on to whoever counts them."""
    for row in rows:
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str)
        writer.write(line.encode() + b"\n")
        yield row


def read_lines(path: Path, *, key: bytes) -> Iterator[dict[str, Any]]:
    """The rows of such a file again."""
    rest = b""
    for chunk in read_sealed(path, key=key):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (json.loads(line) for line in lines)
