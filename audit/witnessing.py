"""Brings checkpoints to witnesses and keeps what they sign; nothing else waits for it.

All witnesses are asked about the same checkpoint, so that a quorum meets on one size. What was
asked and not kept when the process dies is asked again: a witness says where it stands (409).
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import psycopg
from django.db import Error, connection

from audit import queries, standing, witnesses
from audit.checkpoints import BadCheckpoint
from audit.cosignatures import Cosignature, cosignature
from audit.errors import LogProblem
from audit.models import Cosignature as Kept
from audit.models import Refusal, SignedHead
from audit.policies import Policy
from audit.publishing import WITNESSED_NAME, publish_witnessed, published
from audit.standing import Course
from audit.submitting import Answer, Unreachable, request, submit

SECONDS_FOR_AN_ANSWER = 5.0
# Because a first answer may be 409, and sends us back once.
ATTEMPTS = 2

logger = logging.getLogger(__name__)


class Publisher:
    """Asks the witnesses of `policy` that have an address."""

    def __init__(
        self, *, policy: Policy, directory: Path, patience: float = SECONDS_FOR_AN_ANSWER
    ) -> None:
        self._policy = policy
        self._directory = directory
        self._patience = patience
        asked = [witness for witness in policy.witnesses.values() if witness.url]
        known = {one.key: one.size for one in witnesses.standings(policy)}
        self._courses = [Course(one, kept=known[one.key], size=known[one.key]) for one in asked]
        self._pool = ThreadPoolExecutor(max(1, len(asked)), "witness")
        self._asked: dict[str, Future[Answer]] = {}

    def run(self, *, stop: Event, clock: Callable[[], datetime], period: float) -> None:
        """Works until `stop`; outlives the database going away."""
        while not stop.is_set():
            try:
                self.step(clock=clock)
            except (Error, psycopg.Error) as error:
                logger.warning("The database does not answer: %s", type(error).__name__)
                connection.close()
            except LogProblem as problem:
                logger.error("Witnesses cannot be asked: %s", problem)
            stop.wait(period)
        self.close()

    def step(self, *, clock: Callable[[], datetime]) -> int:
        """Asks every witness that is due about the latest checkpoint; gives how many cosigned."""
        head = queries.latest_checkpoint()
        if head is None:
            return 0
        due = [one for one in self._courses if one.due(clock(), head.size)]
        again = due
        for _ in range(ATTEMPTS):
            # Because one that still has a question open must not hold up the others.
            again = self._round([one for one in again if not self._busy(one)], head, clock)
        cosigned = sum(one.kept == head.size for one in due)
        if cosigned:
            self._publish(head)
        return cosigned

    def close(self) -> None:
        """Waits for nobody."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        connection.close()

    def _busy(self, course: Course) -> bool:
        open_question = self._asked.get(course.witness.name)
        return open_question is not None and not open_question.done()

    def _round(
        self, due: list[Course], head: SignedHead, clock: Callable[[], datetime]
    ) -> list[Course]:
        """Gives those that must be asked again because they stand elsewhere."""
        for course in due:
            body = request(course.size, _proof(course.size, head.size), head.note)
            self._asked[course.witness.name] = self._pool.submit(
                submit, course.witness.url, body, seconds=self._patience
            )
        asked = {one.witness.name: self._asked[one.witness.name] for one in due}
        wait(asked.values(), self._patience)
        again = []
        for course in due:
            answered = asked[course.witness.name]
            if answered.done() and self._took(course, answered, head, clock()):
                again.append(course)
        return again

    def _took(
        self, course: Course, answered: Future[Answer], head: SignedHead, at: datetime
    ) -> bool:
        """Takes an answer; True where the same checkpoint should be sent again."""
        try:
            answer = answered.result()
        except Unreachable as error:
            if course.failed(at):
                logger.warning("Witness %s does not answer: %s", course.witness.key.name, error)
            return False
        if answer.status == 200:
            self._cosigned(course, head, answer.text, at)
        elif answer.status == 409:
            return self._moved(course, head, answer.text, at)
        elif answer.status in standing.REFUSED:
            self._refused(course, head, standing.REFUSED[answer.status], at)
        elif course.failed(at):
            logger.warning("Witness %s answers %s.", course.witness.key.name, answer.status)
        return False

    def _cosigned(self, course: Course, head: SignedHead, lines: str, at: datetime) -> None:
        try:
            found = cosignature(head.note + lines, course.witness.key, now=int(at.timestamp()))
        except BadCheckpoint:
            found = None
        if found is None:
            self._refused(course, head, standing.BAD_COSIGNATURE, at)
            return
        _keep(head.size, found, at)
        course.cosigned(head.size)

    def _moved(self, course: Course, head: SignedHead, text: str, at: datetime) -> bool:
        size = standing.conflict(text)
        if size is None:
            course.failed(at)
            return False
        # Because at one size it can only mean another root, and nobody is ahead of the log.
        if size == course.size == head.size or size > _size():
            self._refused(course, head, standing.INCONSISTENT, at)
            return False
        if size > head.size or size == course.size:
            course.failed(at)
            return False
        course.size = size
        return True

    def _refused(self, course: Course, head: SignedHead, reason: str, at: datetime) -> None:
        if course.refuses(at, reason):
            key = course.witness.key
            logger.error(
                "Witness %s refused the log of size %s (%s). %s",
                key.name, head.size, reason, standing.WHAT_TO_DO[reason],
            )  # fmt: skip
            Refusal.objects.create(
                name=key.name, key_id=key.id, at=at, size=head.size, reason=reason
            )

    def _publish(self, head: SignedHead) -> None:
        found = next(witnesses.witnessed(self._policy, [head]))
        if not self._policy.holds([one.key for one in found.by]):
            return
        if published(self._directory, WITNESSED_NAME) != found.note:
            publish_witnessed(self._directory, found.note)


def _size() -> int:
    # Because the log, and another publisher, may have gone on meanwhile.
    head = queries.latest_checkpoint()
    return head.size if head else 0


def _proof(old: int, size: int) -> list[bytes]:
    return queries.consistency(old, size) if 0 < old < size else []


def _keep(size: int, found: Cosignature, at: datetime) -> None:
    one = Kept(
        size=size,
        name=found.key.name,
        key_id=found.key.id,
        signed_at=datetime.fromtimestamp(found.seconds, UTC),
        at=at,
        line=found.line,
    )
    # Because another publisher, or this one before it died, may have kept it already.
    Kept.objects.bulk_create([one], ignore_conflicts=True)
