"""A ZIP file that is sent while it is made: constant memory, whatever its size."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

CHUNK = 64 * 1024


class _Sink:
    """Takes what the ZIP writer gives and hands it on in pieces; cannot seek, as a socket."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        """Keeps `data` until it is taken."""
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing to do; the writer asks for it."""

    def take(self) -> bytes:
        """All that was written since the last time."""
        data = b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        return data


def stream(files: Iterable[tuple[str, Iterable[bytes]]], *, at: datetime) -> Iterator[bytes]:
    """The bytes of an archive of `files` (name, content in pieces), dated `at`."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, pieces in files:
            entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with archive.open(entry, "w", force_zip64=True) as target:
                for piece in pieces:
                    target.write(piece)
                    if sink.size >= CHUNK:
                        yield sink.take()
            yield sink.take()
    yield sink.take()
