"""Several writers of one person at once, and time running out: no event lost, one end state."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections, transaction
from django.utils import timezone
from zeal import zeal_ignore

from audit import actions as audit
from audit.identifiers import uuid7
from consent.actions import asking, cataloguing, recording, states
from consent.acts import Act
from consent.compiling import compile_state
from consent.models import Change, ConsentEvent, ConsentState, Notice, Subject
from consent.queries.states import event_facts, forget_state, person_facts
from consent.questions import Question
from tests.cast import bring_in

pytestmark = pytest.mark.usefixtures("committed")

ROOT = Path(__file__).parents[2]
PURPOSES = ["recommendations", "email_marketing", "targeted_ads", "service_improvement"]
WRITER = """
import sys
import django
django.setup()
from uuid import UUID
from tests.faults.test_racing_writers import say
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    say(UUID(sys.argv[1]), number)
"""


def say(subject_id: UUID, number: int) -> None:
    """One act, of another kind for each number."""
    purpose = PURPOSES[number % 4]
    kind = ("given", "withdrawn", "objected", "given", "refused")[number % 5]
    shown = {"notice": 2 if purpose == "recommendations" else 1, "language": "en"}
    act = Act(state=kind, purpose=purpose, **(shown if kind == "given" else {}))  # type: ignore[arg-type]
    recording.record(subject_id=subject_id, act=act, by="tests", at=timezone.now())


@pytest.fixture
def somebody() -> UUID:
    cataloguing.load(document=cataloguing.default_document(), by="tests", at=timezone.now())
    return bring_in("EU-DE")


def together(*deeds: Callable[[], None]) -> None:
    """Each deed in a thread with a connection of its own; the first failure is raised here."""
    start, failures = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], None]) -> None:
        try:
            start.wait(30)
            deed()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    if failures:
        raise failures[0]


def check_end(subject_id: UUID, *, events: int) -> ConsentState:
    """All events are there, each change has its epoch, and the state is what they say."""
    assert ConsentEvent.objects.filter(subject_id=subject_id).count() == events
    changes = Change.objects.filter(subject_id=subject_id).order_by("epoch")
    epochs = list(changes.values_list("epoch", flat=True))
    assert epochs == list(range(1, len(epochs) + 1))
    state = ConsentState.objects.get(subject_id=subject_id)
    assert state.epoch == epochs[-1]
    with zeal_ignore():
        facts = event_facts(subject_id)
    person = person_facts(Subject.objects.get(pk=subject_id))
    whole = compile_state(person=person, events=facts, at=timezone.now())
    assert bytes(state.shape) == whole.digest
    return state


def test_threads_that_write_at_once_lose_nothing(somebody: UUID) -> None:
    def write(first: int) -> Callable[[], None]:
        return lambda: [say(somebody, first + number) for number in range(15)] and None

    together(*(write(first) for first in range(4)))

    check_end(somebody, events=60)


def test_processes_that_write_at_once_lose_nothing(somebody: UUID) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(somebody), "25"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for _ in range(2)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"

    for writer in writers:
        writer.communicate("go\n", timeout=90)

    assert [writer.returncode for writer in writers] == [0, 0]
    check_end(somebody, events=50)


def test_an_expiry_amid_writers_and_askers_is_compiled_once(somebody: UUID) -> None:
    expires = expiring_yes(somebody, timedelta(seconds=1.5))
    asked = Question(somebody, "targeted_ads", ("purchases",), "shop")
    permitted_late: list[bool] = []

    def write() -> None:
        number = 0
        while timezone.now() < expires + timedelta(seconds=0.5):
            act = Act(state=("objected", "limited")[number % 2], purpose="recommendations")
            recording.record(subject_id=somebody, act=act, by="tests", at=timezone.now())
            written.append(number)
            number += 1

    def ask() -> None:
        while (at := timezone.now()) < expires + timedelta(seconds=0.5):
            ruling = asking.ask(question=asked, at=at)
            if at >= expires:
                permitted_late.append(ruling.permitted)
            time.sleep(0.005)

    def refresh() -> None:
        while (at := timezone.now()) < expires + timedelta(seconds=0.5):
            states.refresh(subject_id=somebody, at=at)

    written: list[int] = []
    assert asking.ask(question=asked, at=timezone.now()).permitted
    together(write, write, ask, refresh)

    assert permitted_late and not any(permitted_late)
    forget_state(somebody)
    assert asking.ask(question=asked, at=timezone.now()).reason_code == "CONSENT_EXPIRED"
    check_end(somebody, events=len(written) + 1)


def expiring_yes(subject_id: UUID, lasting: timedelta) -> datetime:
    """A Yes to targeted_ads that ends in a moment; when it does."""
    now = timezone.now()
    notice = Notice.objects.select_related("purpose").get(
        purpose__code="targeted_ads", superseded_at=None
    )
    with transaction.atomic():
        subject = states.lock_subject(subject_id)
        entry = audit.append(kind="consent.given", at=now, facts={})
        ConsentEvent.objects.create(
            id=uuid7(), subject=subject, state="given", purpose=notice.purpose, notice=notice,
            language="en", consent_types=["expressed"], method="test", actor="person",
            valid_from=now, recorded_at=now, expires_at=now + lasting, log_event=entry,
        )  # fmt: skip
        with zeal_ignore():
            states.recompile(subject=subject, at=now)
    return now + lasting
