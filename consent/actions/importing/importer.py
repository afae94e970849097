"""One import: batch after batch, each one commit."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from audit.identifiers import uuid7
from consent.actions.importing.batches import Batch
from consent.actions.importing.lines import Line, Outcome, PastAct, PersonActs
from consent.actions.importing.wordings import Wordings
from consent.errors import ConsentRefused

BATCH = 1_000


class Importer:
    """Brings in batches of lines in one commit each, remembering what it has looked up.

    `by` is who brings them in, `source` the recipient they come from. One importer serves one
    import: a catalogue that changes meanwhile counts for the next one.
    """

    def __init__(self, *, by: str, source: str | None = None) -> None:
        self._wordings = Wordings(by=by, source=source)
        self._waits: dict[tuple[object, ...], bool] = {}

    def bring_in(
        self, lines: Sequence[Line], *, at: datetime, also: Collection[UUID] = ()
    ) -> list[Outcome]:
        """What became of each line. `also` are people who get a state whatever was said of them.

        Each act becomes one consent event and one entry in the log at `at`, which is when we
        learnt of it. A line that cannot be recorded is refused, and the others go through.
        """
        with transaction.atomic():
            return Batch(lines, also, self._wordings, self._waits, at).write()

    def refusal(self, past: PastAct, *, at: datetime) -> ConsentRefused | None:
        """Why an act could be brought in of nobody; None where it could. Writes nothing."""
        try:
            self._wordings.of(past, at=at)
        except ConsentRefused as refused:
            return refused
        return None


def import_events(
    *, people: Iterable[PersonActs], by: str, at: datetime, source: str | None = None
) -> int:
    """Write past acts of people, about BATCH acts per commit, in constant memory; how many acts.

    Order does not matter: what was said last in valid time counts, so an import never brings
    a withdrawn Yes back, and a Yes dated after a No that was said here is refused
    (`consent.contradictions`). Raises ConsentRefused, SubjectUnknown, SubjectErased; the batch
    at fault is undone, earlier ones stay.
    """
    importer = Importer(by=by, source=source)
    written, waiting = 0, iter(people)
    while batch := list(islice(waiting, BATCH)):
        lines = [Line(p.subject_id, past, uuid7()) for p in batch for past in p.acts]
        with transaction.atomic():
            found = importer.bring_in(lines, at=at, also=[p.subject_id for p in batch])
            for outcome in found:
                if outcome.refused is not None:
                    raise outcome.refused
        written += len(lines)
    return written
