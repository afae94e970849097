"""Does an ask, or one more event, cost more the more a person has said?"""

import itertools
import os
import random
import statistics
import sys
import time
from datetime import datetime, timedelta
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command
from django.utils import timezone

from audit import actions as audit
from audit.identifiers import uuid7
from consent.actions import asking, recording
from consent.acts import Act
from consent.models import ConsentEvent, Notice
from consent.queries import states
from consent.questions import Question
from tests.bench import measuring, people, report

# Events a person has -> people who have them. Few events, many people, because each event
# recorded while measuring adds one.
LENGTHS = {10: 40, 1_000: 4, 100_000: 1}
ATTRIBUTES = ("purchases.produce", "purchases.meat", "age_band")
ROUNDS = 120


def main() -> None:
    """Print the figures as one JSON object."""
    call_command("migrate", verbosity=0)
    ids = iter(people.make(sum(LENGTHS.values())))
    now = timezone.now()
    histories = {
        length: [lived(next(ids), length, now) for _ in range(count)]
        for length, count in LENGTHS.items()
    }
    asked, recorded = asks(histories), records(histories)
    shortest, longest = min(LENGTHS), max(LENGTHS)
    figures = {}
    for length in LENGTHS:
        figures[f"ask_events_{length}_us"] = statistics.median(asked[length]) * 1e6
        figures[f"record_events_{length}_ms"] = statistics.median(recorded[length]) * 1e3
        figures[f"record_events_{length}_p99_ms"] = (
            measuring.percentile(recorded[length], 0.99) * 1e3
        )
    report.give(
        figures
        | {
            "ask_growth": growth(asked[longest], asked[shortest]),
            "record_growth": growth(recorded[longest], recorded[shortest]),
        }
    )


def lived(subject_id: UUID, length: int, now: datetime) -> UUID:
    """Somebody who said Yes and No to two purposes in turn, `length` times in the last year."""
    dice = random.Random(length)
    codes = ["recommendations", "service_improvement"]
    notices = list(
        Notice.objects.filter(purpose__code__in=codes, superseded_at=None).select_related("purpose")
    )
    yeses = [dice.random() < 0.5 for _ in range(length)]
    times = (now - timedelta(days=365) * (length - number) / length for number in range(length))
    entry = audit.append(kind="bench", at=now, facts={})
    events = (
        ConsentEvent(
            id=uuid7(),
            subject_id=subject_id,
            state="given" if yeses[number] else "withdrawn",
            purpose=notices[number % len(notices)].purpose,
            notice=notices[number % len(notices)] if yeses[number] else None,
            language="en" if yeses[number] else "",
            consent_types=["expressed"] if yeses[number] else [],
            method="bench",
            actor="person",
            valid_from=at,
            recorded_at=at,
            log_event=entry,
        )
        for number, at in enumerate(times)
    )
    while some := list(itertools.islice(events, 5_000)):
        ConsentEvent.objects.bulk_create(some)
    say(subject_id, 0)
    return subject_id


def say(subject_id: UUID, number: int) -> None:
    """One more event: a Yes and a No in turn."""
    state = ("refused", "given")[number % 2]
    shown = {"notice": 2, "language": "en"} if state == "given" else {}
    act = Act(state=state, purpose="recommendations", method="bench", **shown)  # type: ignore[arg-type]
    recording.record(subject_id=subject_id, act=act, by="bench", at=timezone.now())


def asks(histories: dict[int, list[UUID]]) -> dict[int, list[float]]:
    """Seconds of one logged ask, in turn; the state is read anew for each."""
    found: dict[int, list[float]] = {length: [] for length in histories}
    for number in range(ROUNDS * 10):
        for length, ids in histories.items():
            subject_id = ids[number % len(ids)]
            states.forget_state(subject_id)
            question = Question(subject_id, "recommendations", ATTRIBUTES, "shop")
            started = time.perf_counter()
            asking.ask(question=question, at=timezone.now())
            found[length].append(time.perf_counter() - started)
    return {length: waits[len(waits) // 10 :] for length, waits in found.items()}


def records(histories: dict[int, list[UUID]]) -> dict[int, list[float]]:
    """Seconds of recording one more event, in turn."""
    found: dict[int, list[float]] = {length: [] for length in histories}
    for number in range(ROUNDS):
        for length, ids in histories.items():
            started = time.perf_counter()
            say(ids[number % len(ids)], number // len(ids) + number + 1)
            found[length].append(time.perf_counter() - started)
    return {length: waits[len(waits) // 10 :] for length, waits in found.items()}


def growth(long: list[float], short: list[float]) -> float:
    """The median of the ratios within one round."""
    return statistics.median(above / below for above, below in zip(long, short, strict=True))


if __name__ == "__main__":
    sys.exit(main())
