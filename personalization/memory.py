"""The consented purchases of this process: filled under bulk permits, forgotten at once.

Every use first looks for changes of consent since the last look and takes the changed people
out, rows and counts, before anything is computed. They come back only if a fresh permit still
covers them. Nothing is written to disk, and nothing survives the process.
"""

import heapq
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from consent.actions.asking_bulk import BulkRuling, ask_bulk
from consent.queries import catalogue as catalogues
from consent.queries import changes, expiries, people
from personalization import shelf as shelves
from personalization.postings import Postings
from personalization.purchases import folded
from personalization.scoring import Everybody, everybody
from personalization.shelf import Shelf
from profiles.queries import vault

logger = logging.getLogger(__name__)

PURPOSE = "recommendations"
ATTRIBUTES = ("purchases",)
RECIPIENT = "shop"
FEATURE = "recommendations"
PAGE = 40
# Because an answer a little later is better than an empty one.
FIRST_WAIT = 3.0
# Because changes come in bursts, and each re-reading is one more entry in the log.
GATHER = timedelta(seconds=2)
RETRY = timedelta(seconds=5)


@dataclass
class Contents:
    """Postings of one day under one version of the catalogue; both are reasons to start anew.

    `seen` is the snapshot of the last look for changes. `provisional` contents were begun inside
    a transaction, whose own changes no snapshot of it can tell; they end with it.
    """

    version: int
    day: date
    shelf: Shelf
    postings: Postings
    seen: str
    provisional: bool = False
    expiring: list[tuple[datetime, UUID]] = field(default_factory=list)
    pending: set[UUID] = field(default_factory=set)
    filled: bool = False
    _everybody: Everybody | None = None

    def everybody(self) -> Everybody:
        """What is the same for all who ask, kept until somebody comes or goes."""
        if self._everybody is None or self._everybody.moves != self.postings.moves:
            self._everybody = everybody(self.postings)
        return self._everybody


class Memory:
    """One per process, shared by its threads.

    With `background` a thread fills it while answers are already given from what is there;
    without, the first use fills it.
    """

    def __init__(self, *, background: bool, clock: Callable[[], datetime] = timezone.now) -> None:
        self._background = background
        self._clock = clock
        self._lock = threading.RLock()
        self._moved = threading.Condition(self._lock)
        self._contents: Contents | None = None
        self._worker: threading.Thread | None = None
        self._not_before: datetime | None = None

    @property
    def ready(self) -> bool:
        """Whether everybody who may be in it is in it."""
        contents = self._contents
        return contents is not None and contents.filled and not contents.pending

    @contextmanager
    def use(self, *, at: datetime, catalogue: int | None = None) -> Iterator[Contents]:
        """The contents as consent stands now, locked for the length of a `with`.

        `catalogue` is the version that the caller has just read, if it has.
        """
        with self._lock:
            contents = self._current(at, catalogue)
            if self._background:
                self._start_worker(contents, at)
                if not contents.filled and not len(contents.postings):
                    self._moved.wait(FIRST_WAIT)
                    contents = self._current(at)
            else:
                self._work(contents)
            yield contents

    def warm_up(self) -> None:
        """Begin to fill in the background, so that the first visitor does not wait."""
        if self._background:
            threading.Thread(target=self._begin, name="recommender-start", daemon=True).start()

    def _begin(self) -> None:
        try:
            with self._lock:
                at = self._clock()
                self._start_worker(self._current(at), at)
        except Exception as error:  # Because the first use will try again.
            logger.warning("The recommender could not begin yet (%s).", type(error).__name__)
        finally:
            connections.close_all()

    def forget(self) -> None:
        """Drop everything; the next use starts anew."""
        with self._lock:
            self._contents = None
            self._not_before = None

    def forget_person(self, person: UUID) -> None:
        """Take one person out now; all other processes do so at their next use."""
        with self._lock:
            if self._contents is not None:
                self._contents.postings.remove(person)

    def _current(self, at: datetime, catalogue: int | None = None) -> Contents:
        """The contents after all that has changed was taken out."""
        version = catalogues.current_version() if catalogue is None else catalogue
        inside = connection.in_atomic_block
        contents = self._contents
        if (
            contents is None
            or contents.version < version
            or contents.day < at.date()
            or (contents.provisional and not inside)
        ):
            contents = self._contents = _empty(version, at.date(), provisional=inside)
        newer, changed = changes.changed_since(contents.seen)
        if not inside:
            contents.seen = newer
        while contents.expiring and contents.expiring[0][0] <= at:
            changed.append(heapq.heappop(contents.expiring)[1])
        for person in changed:
            contents.postings.remove(person)
            contents.pending.add(person)
        return contents

    def _start_worker(self, contents: Contents, at: datetime) -> None:
        if contents.filled and not contents.pending:
            return
        if self._worker is not None and self._worker.is_alive():
            return
        if self._not_before is not None and at < self._not_before:
            return
        self._worker = threading.Thread(
            target=self._run_worker, args=(contents,), name="recommender", daemon=True
        )
        self._worker.start()

    def _run_worker(self, contents: Contents) -> None:
        try:
            if contents.filled:
                threading.Event().wait(GATHER.total_seconds())
            self._work(contents)
        except Exception as error:  # Because a thread that dies unseen would never be retried.
            logger.error("Filling the recommender failed (%s).", type(error).__name__)
            self._not_before = self._clock() + RETRY
        finally:
            connections.close_all()
            with self._moved:
                self._moved.notify_all()

    def _work(self, contents: Contents) -> None:
        """Fill, then read those again who changed meanwhile."""
        if not contents.filled:
            self._fill(contents)
        with self._lock:
            wanted = list(contents.pending)
        if wanted and self._contents is contents:
            self._read_again(contents, wanted)

    def _fill(self, contents: Contents) -> None:
        ruling = self._ask()
        after = people.NOBODY
        while ruling.permit is not None and self._contents is contents:
            permit = ruling.permit
            page = people.in_shapes(permit=permit, after=after, limit=PAGE)
            if not page:
                break
            self._read(contents, permit, [person for person, _ in page])
            after = page[-1][0]
            if ruling.expires_at - self._clock() < timedelta(minutes=1):
                ruling = self._ask()
        with self._moved:
            contents.filled = True
            self._moved.notify_all()

    def _read_again(self, contents: Contents, wanted: list[UUID]) -> None:
        ruling = self._ask()
        for start in range(0, len(wanted), PAGE):
            page = wanted[start : start + PAGE]
            with self._lock:
                contents.pending.difference_update(page)
            if ruling.permit is not None:
                self._read(contents, ruling.permit, page)

    def _ask(self) -> BulkRuling:
        return ask_bulk(
            purpose=PURPOSE,
            attributes=ATTRIBUTES,
            recipient=RECIPIENT,
            feature=FEATURE,
            at=self._clock(),
        )

    def _read(self, contents: Contents, permit: UUID, page: Sequence[UUID]) -> None:
        """Add some people, but nobody whose consent moved while they were being read."""
        before = changes.snapshot()
        blocks: dict[UUID, list[tuple[Any, date]]] = {}
        for block in vault.read_many(permit=permit, subject_ids=page):
            blocks.setdefault(block.subject_id, []).append((block.value, block.month))
        untils = expiries.moments(list(blocks))
        rows = {person: folded(theirs, contents.shelf) for person, theirs in blocks.items()}
        with self._moved:
            moved = set(changes.changed_since(before)[1])
            contents.pending |= moved.intersection(page)
            for person, bought in rows.items():
                if person in moved:
                    continue
                contents.postings.add(person, bought)
                if person in untils:
                    heapq.heappush(contents.expiring, (untils[person], person))
            self._moved.notify_all()


def _empty(version: int, day: date, *, provisional: bool) -> Contents:
    shelf = shelves.load()
    return Contents(
        version=version,
        day=day,
        shelf=shelf,
        postings=Postings(len(shelf)),
        seen=changes.snapshot(),
        provisional=provisional,
    )


# Because tests roll back what another connection could never have seen.
memory = Memory(background=settings.SAYSO_ENV != "test")
