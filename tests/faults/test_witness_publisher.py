"""`kill -9` of the process that asks witnesses: each start goes on, nothing is kept twice."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from audit import publishing, witnesses
from audit.models import Cosignature, SignedHead
from audit.sequencer import Sequencer
from audit.witness_check import check
from tests.audit.conftest import NOW, write
from tests.audit.witness import SmallWitness

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
ROOT = Path(__file__).parents[2]
KILLS = 2


def test_killed_at_random_it_catches_up(
    committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    witness = SmallWitness("w.example/1", bytes(32), publishing.verifier_key(), tmp_path / "w")
    policy = tmp_path / "policy"
    policy.write_text(f"{witness.named('W')}quorum W\n")
    told = os.environ | {
        "WITNESS_POLICY_FILE": str(policy),
        "WITNESS_PERIOD_SECONDS": "0.01",
        "SAYSO_VAR_DIR": str(tmp_path),
    }
    sequencer = Sequencer(signer=publishing.signer(), directory=publishing.log_directory())
    for round_ in range(KILLS + 1):
        process = _publisher(told)
        try:
            _grow(sequencer, witness, times=1 + 3 * round_)
        finally:
            process.kill()
            process.wait()
    size = SignedHead.objects.latest("size").size
    process = _publisher(told)
    deadline = time.monotonic() + 60
    while not Cosignature.objects.filter(size=size).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.terminate()
    assert process.wait(15) == 0
    sequencer.close()
    witness.close()
    monkeypatch.setattr(settings, "WITNESS_POLICY_FILE", str(policy))
    found = witnesses.policy()
    assert found is not None
    report = check(found, at=NOW.replace(year=NOW.year + 1))
    assert (report.quorum, report.problem, report.lagging) == (size, None, [])
    assert witness.size == size and set(witness.answers) <= {200, 409, 0}
    connection.close()


def _publisher(told: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "run_witness_publisher"]
    return subprocess.Popen(command, cwd=ROOT, env=told)


def _grow(sequencer: Sequencer, witness: SmallWitness, *, times: int) -> None:
    """Lets the log grow until the witness has answered so many times more."""
    enough = len(witness.answers) + times
    deadline = time.monotonic() + 60
    while len(witness.answers) < enough and time.monotonic() < deadline:
        write(2)
        sequencer.step(at=NOW)
        time.sleep(0.01)
    assert len(witness.answers) >= enough
