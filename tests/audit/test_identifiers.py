"""Identifiers rise, and say so in their version."""

import os
import time
import uuid

from audit import identifiers
from audit.identifiers import uuid7, uuids7


def test_identifiers_rise_within_a_process() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(set(made))


def test_many_at_once_rise_too_and_after_those_made_before() -> None:
    first = uuid7()
    made = uuids7(20_000)
    assert [first, *made] == sorted({first, *made})
    assert {one.version for one in made} == {7}
    assert uuids7(0) == []


def test_an_identifier_carries_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert before <= made.int >> 80 <= before + 1000


def test_identifiers_rise_when_the_clock_goes_back(monkeypatch) -> None:
    first = uuid7()
    monkeypatch.setattr(identifiers.time, "time_ns", lambda: 0)
    assert uuid7() > first


def test_a_forked_process_makes_others() -> None:
    read, written = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(written, uuid7().bytes)
        os._exit(0)
    os.waitpid(child, 0)
    assert uuid.UUID(bytes=os.read(read, 16)) != uuid7()
