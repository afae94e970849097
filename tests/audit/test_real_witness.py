"""The whole way with a witness written by others: cosigned, killed, and lied to."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audit import publishing, queries, witnesses
from audit.models import Cosignature, Refusal
from audit.witness_check import check
from audit.witnessing import Publisher
from tests.audit.conftest import write
from tests.audit.real_witness import RealWitness, WitnessUnavailable, install
from tests.audit.test_witnessing import rewrite

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.usefixtures("committed")]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[RealWitness]:
    try:
        program = install()
    except WitnessUnavailable as reason:
        pytest.skip(str(reason))
    made = RealWitness(program, tmp_path, publishing.verifier_key())
    made.start()
    yield made
    made.kill()


@pytest.fixture
def publish(witness: RealWitness, settings: Any, tmp_path: Path) -> Iterator[Callable[[], int]]:
    """One step of a publisher that has just been started."""
    policy = tmp_path / "policy"
    policy.write_text(f"witness real {witness.vkey} {witness.url}\nquorum real\n")
    settings.WITNESS_POLICY_FILE = str(policy)
    running: list[Publisher] = []

    def step() -> int:
        found = witnesses.policy()
        assert found is not None
        running.append(Publisher(policy=found, directory=tmp_path / "log"))
        return running[-1].step(clock=now)

    yield step
    for each in running:
        each.close()


def test_it_cosigns_what_continues_and_nothing_else(
    witness: RealWitness,
    publish: Callable[[], int],
    drain: Callable[[], None],
    sequencer: Any,
    tamper: Callable[..., None],
    published_in: Path,
) -> None:
    events = write(400)
    drain()
    assert publish() == 1
    write(600)
    drain()
    witness.kill()
    assert publish() == 0
    witness.start()
    assert publish() == 1
    assert list(Cosignature.objects.order_by("size").values_list("size", flat=True)) == [400, 1000]
    assert queries.proof(events[0]).note.count("\n— ") == 2
    policy = witnesses.policy()
    assert policy is not None
    found = check(policy, at=now() + timedelta(minutes=2))
    assert (found.quorum, found.problem, found.lagging) == (1000, None, [])

    sequencer.close()
    rewrite(drain, tamper, published_in, 1100)
    # Because what was known of the witness was deleted too, it first tells where it stands.
    assert publish() == 0
    refusal = Refusal.objects.get()
    assert (refusal.name, refusal.reason) == ("real.example/w1", "inconsistent")
    assert "localhost/sayso" in witness.evidence()


def test_it_says_again_what_was_lost_on_our_side(
    publish: Callable[[], int], drain: Callable[[], None], tamper: Callable[..., None]
) -> None:
    write(5)
    drain()
    assert publish() == 1
    tamper("DELETE FROM audit_cosignature")
    assert publish() == 1
    assert Cosignature.objects.get().size == 5
