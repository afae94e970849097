"""When signed heads were published, seen from outside: the file is looked at all the time."""

import bisect
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg

from audit import checkpoints

EVERY_SECONDS = 0.004


class Seen:
    """Sizes that were published, and when (seconds since 1970)."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._times: list[float] = []

    def look(self, path: Path) -> None:
        """Notes the published checkpoint if it is a new one."""
        try:
            with path.open(encoding="utf-8") as file:
                note, written = file.read(), os.fstat(file.fileno()).st_mtime
        except FileNotFoundError:
            return
        size = checkpoints.parse(note.rpartition("\n\n")[0] + "\n").size
        if not self._sizes or size > self._sizes[-1]:
            self._sizes.append(size)
            self._times.append(written)

    def waits(
        self, database: psycopg.Connection, samples: Sequence[tuple[str, float]]
    ) -> list[float]:
        """Seconds from each commit to the first published head over the event.

        An event may be published before its writer hears of the commit: then it is 0.
        """
        events = [UUID(event) for event, _ in samples]
        places = dict(
            database.execute(
                "SELECT event_id, index FROM audit_leaf WHERE event_id = ANY(%s)", (events,)
            ).fetchall()
        )
        # Because a head is published only after it is committed.
        while places and self._sizes[-1] <= max(places.values()):
            time.sleep(EVERY_SECONDS)
        found = []
        for event, (_, committed) in zip(events, samples, strict=True):
            first = bisect.bisect_right(self._sizes, places[event])
            found.append(max(0.0, self._times[first] - committed))
        return found


@contextmanager
def watching(directory: Path) -> Iterator[Seen]:
    """Looks at the published file for the length of a `with`."""
    seen, stop = Seen(), threading.Event()

    def watch() -> None:
        while not stop.wait(EVERY_SECONDS):
            seen.look(directory / "checkpoint")

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()
