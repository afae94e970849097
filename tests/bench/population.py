"""A million people: selecting those who permit a use, ids delivered as bytes.

20 purposes, 500 distinct states; the floor is the same table read once without any question.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command
from django.utils import timezone

from audit.identifiers import uuid7
from consent.actions import cataloguing
from consent.actions.asking_bulk import ask_people
from consent.compiling import Compiled, EventFact, PersonFacts, compile_state
from consent.models import Shape
from consent.questions import Question
from tests.bench import report

PEOPLE = 1_000_000
SHAPES = 500
# What one run of the job that compiles lapsed states anew takes at once.
LAPSED = 0.0005
ROUNDS = 5
FLOOR = "SELECT string_agg(uuid_send(subject_id), '') FROM consent_consentstate"
SUBJECTS = """
    COPY consent_subject (id, status, jurisdictions, birth_month, created_at) FROM STDIN
    WITH (FORMAT binary)
"""
STATES = "COPY consent_consentstate (subject_id, epoch, shape, until) FROM STDIN (FORMAT binary)"
QUESTION = Question(None, "service_delivery", ("name", "email"), "shop")


def main() -> None:
    """Print the figures as one JSON object."""
    call_command("migrate", verbosity=0)
    now = timezone.now()
    document = cataloguing.default_document()
    add_purposes(document)
    cataloguing.load(document=document, by="bench", at=now)
    shapes = make_shapes(sorted(entry["code"] for entry in document["purposes"]), now)
    bring_in(shapes, now)
    report.give(measure())


def add_purposes(document: dict) -> None:
    """Six more purposes, so that the catalogue has 20."""
    model = next(e for e in document["purposes"] if e["code"] == "service_improvement")
    for number in range(20 - len(document["purposes"])):
        document["purposes"].append(model | {"code": f"improvement_{number}"})


def make_shapes(purposes: list[str], at: datetime) -> list[Compiled]:
    """SHAPES distinct states: places, ages and what was said about each purpose."""
    dice = random.Random(11)
    found: dict[bytes, Compiled] = {}
    while len(found) < SHAPES:
        birth = date(1980, 1, 1) if dice.random() < 0.97 else date(at.year - 14, 1, 1)
        events = [
            EventFact(
                state=dice.choice(["given", "given", "refused"]), valid_from=at, recorded_at=at,
                purpose=code, consent_types=("expressed",), notice=1,
            )
            for code in purposes
            if dice.random() < 0.2
        ]  # fmt: skip
        place = dice.choice(["EU-DE", "EU-FR", "UK", "US-CA"])
        compiled = compile_state(person=PersonFacts("known", (place,), birth), events=events, at=at)
        found[compiled.digest] = compiled
    Shape.objects.bulk_create(
        [Shape(digest=state.digest, content=state.content) for state in found.values()],
        ignore_conflicts=True,
    )
    return list(found.values())


def bring_in(shapes: list[Compiled], at: datetime) -> None:
    """PEOPLE subjects and states by COPY; few shapes are common, some states have lapsed."""
    dice = random.Random(5)
    weights = [1 / (rank + 1) for rank in range(len(shapes))]
    digests = dice.choices([shape.digest for shape in shapes], weights, k=PEOPLE)
    ids: list[UUID] = [uuid7() for _ in range(PEOPLE)]
    later, before = at + timedelta(days=300), at - timedelta(days=1)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        with owner.cursor().copy(SUBJECTS) as copy:
            copy.set_types(["uuid", "varchar", "varchar[]", "date", "timestamptz"])
            for subject in ids:
                copy.write_row((subject, "known", ["EU-DE"], date(1980, 1, 1), at))
        with owner.cursor().copy(STATES) as copy:
            copy.set_types(["uuid", "int8", "bytea", "timestamptz"])
            for subject, digest in zip(ids, digests, strict=True):
                until = before if dice.random() < LAPSED else later
                copy.write_row((subject, 1, digest, until))
        owner.execute("VACUUM (ANALYZE) consent_consentstate")


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def measure() -> dict[str, float]:
    """Medians over rounds, each beside the bare table."""
    found: dict[str, list[float]] = {"floor": [], "select": [], "pages": [], "count": []}
    delivered = 0
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as bare:
        for _ in range(ROUNDS):
            found["floor"].append(seconds(lambda: bare.execute(FLOOR).fetchone()))
            found["count"].append(seconds(lambda: ask_people(question=QUESTION, at=timezone.now())))
            started = time.perf_counter()
            people = ask_people(question=QUESTION, at=timezone.now()).people
            delivered = len(people.ids()) // 16
            found["select"].append(time.perf_counter() - started)
            found["pages"].append(seconds(lambda people=people: sum(map(len, people.pages()))))
    if delivered < 0.9 * PEOPLE or len(people.shapes) < 100:
        raise RuntimeError(f"only {delivered} people in {len(people.shapes)} shapes permit")
    middle = {name: statistics.median(values) for name, values in found.items()}
    return {
        "population_1m_s": middle["select"],
        "population_1m_floor_s": middle["floor"],
        "population_1m_count_s": middle["count"],
        "population_1m_pages_s": middle["pages"],
        "population_1m_permitted": delivered,
        "population_1m_vs_floor": statistics.median(
            ours / floor for ours, floor in zip(found["select"], found["floor"], strict=True)
        ),
    }


if __name__ == "__main__":
    main()
