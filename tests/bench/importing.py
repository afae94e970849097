"""Importing past consent events: lines of NDJSON in, results out, durable, log on."""

import json
import os
import random
import statistics
import time
from datetime import datetime, timedelta
from uuid import UUID

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command
from django.utils import timezone

from consent.api.authzen import show_time
from consent.api.imports import EventImport
from consent.api.tokens import Caller
from consent.queries import catalogue as catalogues
from consent.queries.identifiers import pairwise_id
from tests.bench import people, report

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "25000"))
ROUNDS = 3
WORKERS = 2
CALLER = Caller("bench", "shop", True, frozenset(), 0)
# One person's lines: what four purposes were answered, as an old system exports them.
ANSWERS = [
    ("recommendations", 2), ("email_marketing", 1), ("targeted_ads", 1), ("service_improvement", 1),
]  # fmt: skip
INSERT = "INSERT INTO bench_floor VALUES (%s, %s)"
COPY = "COPY bench_floor FROM STDIN"


def main() -> None:
    """Print the figures as one JSON object."""
    call_command("migrate", verbosity=0)
    ids = people.make(PEOPLE * ROUNDS)
    catalogues.catalogue()
    rates, floors = [], []
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("CREATE TABLE bench_floor (id bigint PRIMARY KEY, line bytea)")
        for number in range(ROUNDS):
            some = ids[number * PEOPLE : (number + 1) * PEOPLE]
            lines = written(some, timezone.now() - timedelta(days=10 + number), seed=number)
            floors.append(copied(owner, lines, number))
            rates.append(imported(lines))
    report.give(
        {
            "import_per_s": statistics.median(rates),
            "import_floor_per_s": statistics.median(floors),
            "import_vs_copy": statistics.median(
                ours / floor for ours, floor in zip(rates, floors, strict=True)
            ),
        }
    )


def written(ids: list[UUID], said_at: datetime, *, seed: int) -> list[bytes]:
    """The lines of a file."""
    dice = random.Random(seed)
    lines = []
    for subject_id in ids:
        subject = pairwise_id(recipient=CALLER.recipient, subject_id=subject_id)
        for purpose, version in ANSWERS:
            yes = dice.random() < 0.6
            line = {
                "subject": subject,
                "state": "given" if yes else "refused",
                "purpose": purpose,
                "notice": f"{purpose}@{version}",
                "language": "en",
                "method": "web",
                "valid_from": show_time(said_at + timedelta(seconds=dice.randrange(86_400))),
            }
            lines.append(json.dumps(line).encode() + b"\n")
    return lines


def copied(owner: psycopg.Connection, lines: list[bytes], number: int) -> float:
    """The floor: the same lines into one bare table, a commit for each thousand."""
    started = time.perf_counter()
    for start in range(0, len(lines), 1000):
        with owner.cursor().copy(COPY) as copy:
            for index, line in enumerate(lines[start : start + 1000], start):
                copy.write_row((number * 10_000_000 + index, line))
    return len(lines) / (time.perf_counter() - started)


def imported(lines: list[bytes]) -> float:
    """Lines per second; all are recorded."""
    run = EventImport(CALLER, timezone.now, workers=WORKERS)
    started = time.perf_counter()
    results = sum(1 for _ in run.run(lines))
    seconds = time.perf_counter() - started
    if run.recorded != len(lines) or results != len(lines) + 1:
        raise RuntimeError(f"{run.refused} refused, {run.repeated} repeated")
    return len(lines) / seconds


if __name__ == "__main__":
    main()
