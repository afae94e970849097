"""The gate in process, beside a bare SELECT and a bare committed INSERT on the same server."""

import itertools
import os
import random
import sys
from collections.abc import Callable

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command
from django.utils import timezone

from audit.identifiers import uuid7
from consent.actions import asking
from consent.questions import Question
from tests.bench import measuring, people, processes, report

PEOPLE = 20_000
ATTRIBUTES = (
    "purchases.produce", "purchases.meat", "purchases.deli", "purchases.grocery", "age_band",
)  # fmt: skip
SELECT = "SELECT epoch, shape, until FROM consent_consentstate WHERE subject_id = %s"
INSERT = "INSERT INTO bench_floor (id, at, body) VALUES (%s, now(), %s)"


def main() -> None:
    """Print the figures as one JSON object."""
    call_command("migrate", verbosity=0)
    ids = people.make(PEOPLE)
    prepare_floor()
    dice = random.Random(1)
    drawn = itertools.cycle([dice.choice(ids) for _ in range(5000)])

    def question() -> Question:
        return Question(next(drawn), "recommendations", ATTRIBUTES, "shop")

    def decide() -> object:
        return asking.decide(question=question(), at=timezone.now())

    bare = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    body = b"x" * 400
    actions: dict[str, Callable[[], object]] = {
        "select": lambda: bare.execute(SELECT, (next(drawn),), prepare=True).fetchone(),
        "insert": lambda: bare.execute(INSERT, (uuid7(), body), prepare=True),
        "decide": decide,
        "gate": lambda: asking.ask(question=question(), at=timezone.now()),
    }
    found = measuring.rounds(actions, times=600, count=9)
    # And once more as in production, where the log is sequenced on the same two cores.
    with processes.process([sys.executable, "manage.py", "run_sequencer"]):
        beside = measuring.rounds(
            {name: actions[name] for name in ("select", "insert", "gate")}, times=600, count=5
        )
    report.give(
        {
            "gate_vs_select": measuring.ratio(found, "gate", "select"),
            "gate_vs_insert": measuring.ratio(found, "gate", "insert"),
            "decide_vs_select": measuring.ratio(found, "decide", "select"),
            "gate_sequenced_vs_select": measuring.ratio(beside, "gate", "select"),
            "gate_sequenced_vs_insert": measuring.ratio(beside, "gate", "insert"),
            "gate_per_s": report.median(found["gate"]),
            "select_per_s": report.median(found["select"]),
            "insert_per_s": report.median(found["insert"]),
            "decide_per_s": report.median(found["decide"]),
        }
    )


def prepare_floor() -> None:
    """A plain table for the bare INSERT, of the event's size, owned by the owner."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("CREATE TABLE bench_floor (id uuid PRIMARY KEY, at timestamptz, body bytea)")
        owner.execute("GRANT INSERT ON bench_floor TO sayso_app")
        owner.execute("ANALYZE")


if __name__ == "__main__":
    main()
