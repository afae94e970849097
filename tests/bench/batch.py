"""A thousand people in one call, with and without the log, beside a bare `= ANY(1000)`."""

import os
import random
from itertools import cycle
from uuid import UUID

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command
from django.utils import timezone

from consent.actions import asking_batch
from consent.questions import Question
from tests.bench import measuring, people, report
from tests.bench.gate import ATTRIBUTES

# As many as whose keys a process keeps in memory.
PEOPLE = 10_000
AT_ONCE = 1_000
SELECT = (
    "SELECT subject_id, epoch, shape, until FROM consent_consentstate WHERE subject_id = ANY(%s)"
)
QUESTION = Question(None, "recommendations", ATTRIBUTES, "shop")


def main() -> None:
    """Print the figures as one JSON object."""
    call_command("migrate", verbosity=0)
    ids = people.make(PEOPLE)
    dice = random.Random(1)
    drawn = cycle([dice.sample(ids, AT_ONCE) for _ in range(50)])
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) consent_consentstate")
    bare = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    found = measuring.rounds(
        {
            "any": lambda: bare.execute(SELECT, (next(drawn),), prepare=True).fetchall(),
            "batch": lambda: decided(next(drawn)),
            "logged": lambda: logged(next(drawn)),
        },
        times=20,
        count=9,
    )
    report.give(
        {
            "batch1000_vs_any": measuring.ratio(found, "batch", "any"),
            "batch1000_logged_vs_any": measuring.ratio(found, "logged", "any"),
            "batch1000_per_s": report.median(found["batch"]),
            "batch1000_logged_per_s": report.median(found["logged"]),
            "any1000_per_s": report.median(found["any"]),
        }
    )


def decided(some: list[UUID]) -> None:
    """Decisions and reasons of all, without a record."""
    answers = asking_batch.decide_each(question=QUESTION, subject_ids=some, at=timezone.now())
    if len(answers) != AT_ONCE or not any(answer.permitted for answer in answers):
        raise RuntimeError("the answers are not what was asked for")


def logged(some: list[UUID]) -> None:
    """The same, on record in one entry with a leaf for each."""
    found = asking_batch.ask_each(question=QUESTION, subject_ids=some, at=timezone.now())
    if len(found) != 1 or found[0].event is None:
        raise RuntimeError("there is not one entry")


if __name__ == "__main__":
    main()
