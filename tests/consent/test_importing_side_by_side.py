"""Imports beside each other, beside withdrawals, and cut off: no event is lost or comes twice."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone
from zeal import zeal_context

from consent.actions import recording
from consent.actions.asking import decide
from consent.acts import Act
from consent.api.imports import EventImport
from consent.api.tokens import Caller
from consent.models import ConsentEvent, ConsentState, SubjectReference
from consent.queries.identifiers import pairwise_id
from tests.cast import bring_in, catalogue, question

__all__ = ["catalogue"]
pytestmark = pytest.mark.usefixtures("committed", "catalogue")
CALLER = Caller("tests", "shop", True, frozenset(), 0)


def lines(subject: str, count: int) -> list[bytes]:
    """Yes to recommendations, day after day."""
    return [
        json.dumps(
            {
                "subject": subject, "state": "given", "purpose": "recommendations",
                "notice": "recommendations@2", "language": "en",
                "valid_from": f"2025-{1 + day // 28:02}-{1 + day % 28:02}T09:00:00Z",
            }
        ).encode()
        + b"\n"
        for day in range(count)
    ]  # fmt: skip


def at_once(*deeds: Callable[[], object]) -> None:
    """Run deeds in threads of their own, each on its own connection."""
    errors: list[BaseException] = []

    def run(deed: Callable[[], object]) -> None:
        try:
            with zeal_context():
                deed()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def bring(sent: list[bytes]) -> EventImport:
    run = EventImport(CALLER, timezone.now)
    for _ in run.run(sent):
        pass
    return run


def withdraw(person: UUID) -> None:
    act = Act(state="withdrawn", purpose="recommendations", method="portal")
    recording.record(subject_id=person, act=act, by="portal", at=timezone.now())


def test_imports_and_a_withdrawal_of_one_person_lose_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("consent.api.imports.BATCH", 20)
    person = bring_in("EU-DE")
    sent = lines(pairwise_id(recipient="shop", subject_id=person), 120)
    at_once(
        lambda: bring(sent),
        lambda: bring(list(reversed(sent))),
        lambda: withdraw(person),
    )
    said = ConsentEvent.objects.filter(subject_id=person)
    assert said.filter(state="given").count() == 120
    assert said.filter(state="withdrawn").count() == 1
    ruling = decide(question=question(person), at=timezone.now())
    assert (ruling.permitted, ruling.reason_code) == (False, "CONSENT_WITHDRAWN")


def test_two_imports_of_one_new_person_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consent.api.imports.BATCH", 5)
    sent = [line for number in range(10) for line in lines(f"ref:crm:{number}", 2)]
    at_once(lambda: bring(sent), lambda: bring(list(reversed(sent))))
    assert SubjectReference.objects.count() == 10
    assert ConsentEvent.objects.count() == 20
    assert ConsentState.objects.count() == 10


@pytest.mark.slow
def test_an_import_that_was_killed_goes_on_when_it_is_sent_again(tmp_path: Path) -> None:
    people = [bring_in("EU-DE") for _ in range(30)]
    names = [pairwise_id(recipient="shop", subject_id=person) for person in people]
    file = tmp_path / "said.ndjson"
    file.write_bytes(b"".join(line for name in names for line in lines(name, 100)))
    connections.close_all()
    command = [sys.executable, "manage.py", "import_consents", str(file), "--workers", "2"]
    child = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=os.environ, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not ConsentEvent.objects.exists() and child.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    before = ConsentEvent.objects.count()
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=os.environ, capture_output=True, text=True, check=True
    )
    summary = json.loads(done.stdout)["summary"]
    # Because what the server had been told to commit, it may commit after the client's death.
    assert before % 1000 == 0
    assert before <= summary["repeated"] and summary["repeated"] % 1000 == 0
    assert summary["recorded"] + summary["repeated"] == 3000
    assert ConsentEvent.objects.count() == 3000
    assert {state.epoch for state in ConsentState.objects.all()} <= {2, 3}
