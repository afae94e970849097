"""Verification goes on from where it stopped, begins anew each day, and says what it found."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from zeal import zeal_ignore

from audit import backlog, probing, publishing, rounds, verify
from audit.models import Event, Leaf, Watch
from audit.verify import Verification
from tests.audit.conftest import NOW, write
from tests.audit.test_verify import FLIP, forge

Tamper = Callable[..., None]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def published_here(published_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks where the sequencer of this test publishes; reads in small batches."""
    monkeypatch.setattr(verify, "BATCH", 256)
    monkeypatch.setattr(settings, "VAR_DIR", published_in.parent)


@pytest.fixture(autouse=True)
def each_step_on_its_own() -> Iterator[None]:
    """Because each step looks its own row up."""
    with zeal_ignore():
        yield


@pytest.fixture
def log(drain: Callable[[], None]) -> list[UUID]:
    """700 sequenced events under three checkpoints, in the order of the tree."""
    write(700)
    drain()
    return list(Leaf.objects.order_by("index").values_list("event_id", flat=True))


def step(at: datetime = NOW, rows: int = 256) -> Verification:
    result = rounds.step(at=at, rows=rows)
    assert result is not None
    return result


def facts() -> dict[str, Any]:
    return dict(Watch.objects.get(name=rounds.NAME).facts)


def said() -> list[str]:
    kinds = Event.objects.filter(kind="log.verified").order_by("id")
    return ["failed" if b'"ok":false' in bytes(event.body) else "held" for event in kinds]


def to_the_head(at: datetime = NOW) -> int:
    """Steps until all is verified; how many it took."""
    for count in range(1, 20):
        result = step(at)
        assert result.problem is None
        if facts()["state"] == "held":
            return count
    raise AssertionError("It never came to the head.")


def test_it_comes_to_the_head_in_steps_and_says_so_once(log: list[UUID]) -> None:
    assert facts_after_first() == ("running", 700)
    to_the_head()
    assert facts()["whole"]["size"] == 700
    assert said() == ["held"]
    step()
    assert said() == ["held"]


def facts_after_first() -> tuple[str, int]:
    step(rows=10)
    return facts()["state"], facts()["of"]


def test_what_is_new_is_verified_and_the_old_is_not_read_again_until_the_next_day(
    log: list[UUID], drain: Callable[[], None], tamper: Tamper
) -> None:
    to_the_head()
    write(10)
    drain()
    assert step().size == 711
    tamper(f"UPDATE audit_event SET body = {FLIP.format('body', 40, 1)} WHERE id = %s", log[300])
    assert step().problem is None
    found = [step(NOW + DAY) for _ in range(3)][-1].problem
    assert found is not None
    assert (found.index, found.event_id) == (300, log[300])
    assert facts()["state"] == "failed"


def test_a_problem_is_told_once_and_so_is_its_end(log: list[UUID], tamper: Tamper) -> None:
    flip = f"UPDATE audit_event SET body = {FLIP.format('body', 40, 1)} WHERE id = %s"
    tamper(flip, log[3])
    assert step().problem is not None
    assert step().problem is not None
    assert said() == ["failed"]
    tamper(flip, log[3])
    to_the_head()
    assert said()[0:2] == ["failed", "held"]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE audit_tile SET hashes = set_byte(hashes, 3, 7) WHERE level = 1", "no longer"),
        ("DELETE FROM audit_tile WHERE level = 0 AND number = 2", "no longer leads"),
        ("UPDATE audit_head SET size = 600", "counts 600"),
    ],
)
def test_what_was_verified_is_not_taken_for_granted(
    log: list[UUID], tamper: Tamper, statement: str, what: str
) -> None:
    to_the_head()
    tamper(statement)
    problem = step().problem
    assert problem is not None
    assert what in problem.what


def test_a_cut_tail_and_a_rewriting_with_the_stolen_key_do_not_lead_to_the_mark(
    log: list[UUID], tamper: Tamper, published_in: Path
) -> None:
    to_the_head()
    forge(tamper, log)
    problem = step().problem
    assert problem is not None
    assert "no longer leads to the root" in problem.what


def test_a_published_note_of_somebody_else_is_a_finding(
    log: list[UUID], published_in: Path
) -> None:
    note = (published_in / "checkpoint").read_text()
    (published_in / "checkpoint").write_text(note.replace(publishing.origin(), "another/log"))
    problem = step().problem
    assert problem is not None
    assert "not ours" in problem.what


def test_a_probe_is_followed_to_its_proof(drain: Callable[[], None]) -> None:
    assert probing.step(at=NOW)["state"] == "begun"
    assert probing.step(at=NOW)["state"] == "waiting"
    drain()
    found = probing.step(at=NOW)
    assert found["state"] == "proven"
    assert 0 <= found["milliseconds"] < 60_000


def test_a_probe_whose_proof_does_not_lead_to_the_head_is_an_alarm(
    drain: Callable[[], None], tamper: Tamper, caplog: pytest.LogCaptureFixture
) -> None:
    write(300)
    probing.step(at=NOW)
    drain()
    tamper("UPDATE audit_tile SET hashes = set_byte(hashes, 3, 7) WHERE level = 1")
    assert probing.step(at=NOW)["state"] == "failed"
    assert "ALARM" in caplog.text


@pytest.mark.django_db
def test_the_backlog_warns_after_two_seconds_and_is_an_alarm_after_five_minutes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    write(1)
    states = [
        backlog.look(at=NOW + timedelta(seconds=seconds))["state"]
        for seconds in (0, 2, 3, 299, 301)
    ]
    assert states == ["fine", "fine", "late", "late", "stopped"]
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING", "ERROR"]


def test_another_first_entry_is_no_backlog(drain: Callable[[], None]) -> None:
    write(1)
    backlog.look(at=NOW)
    drain()
    write(1)
    assert backlog.look(at=NOW + timedelta(seconds=30))["state"] == "fine"
