"""Checkpoints reach witnesses, and what they sign is kept, served, checked; lies are not."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from audit import publishing, queries, witnesses
from audit.checkpoints import open_checkpoint
from audit.cosignatures import right_ones
from audit.merkle import EMPTY_ROOT
from audit.models import Cosignature, Head, Refusal, SignedHead
from audit.witness_check import Report, check
from audit.witnessing import Publisher
from tests.audit.conftest import NOW, write
from tests.audit.witness import SmallWitness
from tests.conftest import as_owner

pytestmark = pytest.mark.usefixtures("committed")
Tamper = Callable[..., None]
Drain = Callable[[], None]
ALL = "group all all W1 W2 W3\nquorum all\n"
TWO = "group two 2 W1 W2 W3\nquorum two\n"


class Time:
    """Goes as far as it is told, from the moment at which checkpoints are signed."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def three(tmp_path: Path, time: Time) -> Iterator[list[SmallWitness]]:
    """Three witnesses that trust this log."""
    made = [
        SmallWitness(
            f"w{n}.example/w", bytes([n]) * 32, publishing.verifier_key(), tmp_path / f"w{n}"
        )
        for n in (1, 2, 3)
    ]
    for witness in made:
        witness.clock = lambda: int(time().timestamp())
    yield made
    for witness in made:
        witness.close()


@pytest.fixture
def publisher(
    three: list[SmallWitness], settings: Any, tmp_path: Path, time: Time
) -> Iterator[Callable[..., int]]:
    """One step of a publisher that has just been started, or goes on (`anew=False`)."""
    running: list[Publisher] = []

    def step(quorum: str = ALL, *, anew: bool = True) -> int:
        file = tmp_path / "policy"
        file.write_text("".join(w.named(f"W{n}") for n, w in enumerate(three, 1)) + quorum)
        settings.WITNESS_POLICY_FILE = str(file)
        if anew or not running:
            policy = witnesses.policy()
            assert policy is not None
            running.append(Publisher(policy=policy, directory=tmp_path / "log", patience=1.0))
        return running[-1].step(clock=time)

    yield step
    for one in running:
        one.close()


def report(time: Time) -> Report:
    policy = witnesses.policy()
    assert policy is not None
    return check(policy, at=time())


def sizes(witness: SmallWitness) -> list[int]:
    """The sizes whose cosignatures by this witness are kept."""
    kept = Cosignature.objects.filter(name=witness.key.name).order_by("size")
    return list(kept.values_list("size", flat=True))


def rewrite(drain: Drain, tamper: Tamper, published_in: Path, count: int) -> None:
    """All of the log again with one event changed, signed with the stolen key."""
    tamper("DELETE FROM audit_event")
    for table in ("audit_leaf", "audit_checkpoint", "audit_cosignature"):
        tamper(f"DELETE FROM {table}")
    connection.close()
    tamper("DELETE FROM audit_tile")
    tamper("UPDATE audit_head SET size = 0, root = %s", EMPTY_ROOT)
    (published_in / "checkpoint").unlink()
    write(count, kind="decision.deny")
    drain()


def test_what_witnesses_sign_is_kept_and_served(
    drain: Drain, publisher: Callable[..., int], three: list[SmallWitness], tmp_path: Path
) -> None:
    events = write(700)
    drain()
    assert publisher() == 3
    write(500)
    drain()
    assert publisher(anew=False) == 3
    assert [sizes(witness) for witness in three] == [[700, 1200]] * 3
    assert [witness.answers for witness in three] == [[200, 200]] * 3
    note = (tmp_path / "log" / "checkpoint.witnessed").read_text()
    keys = [witness.key for witness in three]
    assert [one.key for one in right_ones(note, keys)] == keys
    assert open_checkpoint(note, publishing.verifier_key()).size == 1200
    proof = queries.proof(events[3])
    assert proof.holds() and proof.note == note and proof.text().endswith(note)


def test_nothing_new_asks_nobody(
    drain: Drain, publisher: Callable[..., int], three: list[SmallWitness]
) -> None:
    assert publisher() == 0
    write(3)
    drain()
    assert publisher(anew=False) == 3
    assert publisher(anew=False) == 0
    assert publisher() == 0
    assert three[0].answers == [200]


def test_a_proof_waits_for_no_witness_but_prefers_what_a_quorum_saw(
    drain: Drain, publisher: Callable[..., int]
) -> None:
    (old,) = write(1)
    drain()
    publisher()
    (new,) = write(1)
    drain()
    assert queries.proof(old).size == 1
    fresh = queries.proof(new)
    assert fresh.size == 2 and fresh.holds() and fresh.note.count("\n— ") == 1


def test_killed_after_the_witness_kept_it_goes_on(
    drain: Drain, publisher: Callable[..., int], three: list[SmallWitness], time: Time
) -> None:
    write(5)
    drain()
    three[0].dies_after_keeping = True
    assert publisher() == 2
    assert (three[0].size, sizes(three[0])) == (5, [])
    three[0].dies_after_keeping = False
    assert publisher() == 1
    assert three[0].answers == [0, 409, 200]
    assert sizes(three[0]) == [5]
    three[1].dies_after_keeping = True
    write(5)
    drain()
    publisher()
    write(5)
    drain()
    three[1].dies_after_keeping = False
    assert publisher() == 3
    assert sizes(three[1]) == [5, 15]
    time.pass_(minutes=2)
    assert report(time).problem is None


def test_a_witness_that_does_not_answer_holds_nobody_up(
    drain: Drain, publisher: Callable[..., int], three: list[SmallWitness], time: Time
) -> None:
    three[2].seconds_late = 1.6
    write(5)
    drain()
    assert publisher(TWO) == 2
    assert publisher(TWO, anew=False) == 0
    assert [sizes(witness) for witness in three] == [[5], [5], []]
    time.pass_(seconds=90)
    found = report(time)
    assert (found.quorum, found.quorum_missing, found.problem) == (5, False, None)
    assert [one.name for one in found.lagging] == ["w3.example/w"]
    three[2].seconds_late = 0
    assert publisher(TWO, anew=False) == 1
    assert report(time).lagging == []


def test_pauses_grow_and_end_with_an_answer(
    drain: Drain, publisher: Callable[..., int], three: list[SmallWitness], time: Time
) -> None:
    three[0].always = (503, "")
    write(1)
    drain()
    publisher()
    for _ in range(60):
        time.pass_(seconds=1)
        publisher(anew=False)
    assert three[0].answers == [503] * 6
    three[0].always = None
    time.pass_(seconds=300)
    assert publisher(anew=False) == 1


@pytest.mark.parametrize(
    ("status", "text", "reason"),
    [
        (422, "", "inconsistent"),
        (404, "", "origin_unknown"),
        (409, "99\n", "inconsistent"),
        (200, "— w1.example/w AAAA\n", "bad_cosignature"),
        (200, "— other.example/w AAAAAAAAAAAAAAAA\n", "bad_cosignature"),
    ],
)
def test_a_refusal_is_named_once(
    drain: Drain,
    publisher: Callable[..., int],
    three: list[SmallWitness],
    time: Time,
    caplog: pytest.LogCaptureFixture,
    status: int,
    text: str,
    reason: str,
) -> None:
    three[0].always = (status, text)
    write(4)
    drain()
    assert publisher() == 2
    time.pass_(minutes=6)
    publisher(anew=False)
    assert len(three[0].answers) == 2
    refusal = Refusal.objects.get()
    assert (refusal.name, refusal.size, refusal.reason) == ("w1.example/w", 4, reason)
    (alarm,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert "w1.example/w" in alarm.getMessage() and reason in alarm.getMessage()
    standing = report(time).standings[0]
    assert (standing.size, standing.reason, standing.refused_size) == (0, reason, 4)
    assert (report(time).problem is not None) == (reason == "inconsistent")
    three[0].always = None
    time.pass_(minutes=6)
    assert publisher(anew=False) == 1
    assert report(time).standings[0].reason == ""


def test_a_lying_cosignature_is_not_kept(
    drain: Drain, publisher: Callable[..., int], three: list[SmallWitness], time: Time
) -> None:
    three[0].signs_another_text = True
    three[1].clock = lambda: int((time() + timedelta(hours=1)).timestamp())
    write(4)
    drain()
    assert publisher(TWO) == 1
    assert Cosignature.objects.get().name == "w3.example/w"
    time.pass_(minutes=2)
    assert report(time).quorum_missing


def test_a_409_without_a_size_moves_nothing(
    drain: Drain, publisher: Callable[..., int], three: list[SmallWitness]
) -> None:
    write(9)
    drain()
    for text in ("", "-1\n", "01\n", "x\n", "9" * 30 + "\n", "\u0663\n"):
        three[0].always = (409, text)
        publisher()
    assert three[0].answers == [409] * 6
    assert not Refusal.objects.exists()
    assert sizes(three[0]) == []


def test_history_rewritten_with_the_stolen_key_is_refused_by_name(
    drain: Drain,
    publisher: Callable[..., int],
    sequencer: Any,
    tamper: Tamper,
    published_in: Path,
    time: Time,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write(20)
    drain()
    assert publisher() == 3
    sequencer.close()
    (published_in / "checkpoint.witnessed").unlink()
    rewrite(drain, tamper, published_in, 25)
    # Because the thief's own check finds nothing: every signature is right.
    assert SignedHead.objects.get().size == Head.objects.get().size == 25
    assert publisher() == 0
    assert "Witness w1.example/w refused the log of size 25 (inconsistent)" in caplog.text
    problem = report(time).problem
    assert problem is not None and "w1.example/w refuses the log of size 25" in problem.what


def test_a_log_cut_short_is_refused_by_name(
    drain: Drain,
    publisher: Callable[..., int],
    sequencer: Any,
    tamper: Tamper,
    published_in: Path,
    time: Time,
) -> None:
    write(20)
    drain()
    publisher()
    sequencer.close()
    rewrite(drain, tamper, published_in, 5)
    assert publisher() == 0
    problem = report(time).problem
    assert problem is not None and "rewound" in problem.what


def test_a_checkpoint_rewritten_below_its_cosignatures_is_found(
    drain: Drain, publisher: Callable[..., int], tamper: Tamper, time: Time
) -> None:
    write(5)
    drain()
    publisher()
    other = publishing.signer().sign("localhost/sayso\n5\n" + "A" * 43 + "=\n")
    tamper("UPDATE audit_checkpoint SET note = %s", other)
    problem = report(time).problem
    assert problem is not None and "w1.example/w cosigned another checkpoint" in problem.what


def test_verify_log_speaks_of_witnesses(
    drain: Drain, publisher: Callable[..., int], three: list[SmallWitness], tamper: Tamper
) -> None:
    write(5)
    drain()
    three[0].always = (503, "")
    publisher(TWO)
    assert "OK: 2 cosignatures, a quorum up to 5" in run_verify()
    assert "LAGGING: witness w1.example/w stands at 0, 5 was expected" in run_verify()
    publisher(ALL)
    with pytest.raises(SystemExit) as ended:
        run_verify()
    assert ended.value.code == 3


def run_verify() -> str:
    out = StringIO()
    call_command("verify_log", stdout=out)
    return out.getvalue()


def test_a_policy_for_another_log_is_refused(
    drain: Drain, publisher: Callable[..., int], tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "other").write_text(
        "log example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\nquorum none\n"
    )
    settings.WITNESS_POLICY_FILE = str(tmp_path / "other")
    with pytest.raises(CommandError, match="names other logs only: add the line `log localhost"):
        run_verify()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "Set WITNESS_POLICY_FILE"),
        (b"quorum none\n", "No witness of the policy has an address"),
        (b"nonsense\n", "Line 1"),
    ],
)
def test_the_process_refuses_to_start_without_a_right_policy(
    content: bytes | None, says: str, tmp_path: Path, settings: Any
) -> None:
    settings.WITNESS_POLICY_FILE = ""
    if content is not None:
        (tmp_path / "policy").write_bytes(content)
        settings.WITNESS_POLICY_FILE = str(tmp_path / "policy")
    with pytest.raises(CommandError, match=says):
        call_command("run_witness_publisher")


def test_a_policy_that_is_gone_costs_the_cosignatures_and_no_proof(
    drain: Drain, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    (event,) = write(1)
    drain()
    settings.WITNESS_POLICY_FILE = "/nonexistent/policy"
    assert queries.proof(event).holds()
    assert "Served without cosignatures" in caplog.text


def test_what_witnesses_said_only_grows() -> None:
    for table in ("audit_cosignature", "audit_refusal"):
        for verb in ("UPDATE {} SET name = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(DatabaseError), connection.cursor() as cursor:
                cursor.execute(verb.format(table))


def test_not_even_the_owner_changes_what_witnesses_said(
    drain: Drain, publisher: Callable[..., int]
) -> None:
    write(1)
    drain()
    publisher()
    with as_owner(connection.settings_dict["NAME"]) as owner:
        for verb in ("UPDATE {} SET name = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(psycopg.Error, match="only grows"):
                owner.execute(verb.format("audit_cosignature").encode())
