"""Each event gets one place, each head is signed, and two sequencers never fork the log."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from audit import actions, merkle, publishing
from audit.checkpoints import Checkpoint, open_checkpoint
from audit.errors import LogDamaged, LogRewound
from audit.models import Event, Head, Leaf, Pending, SignedHead
from audit.sequencer import Sequencer
from tests.audit.conftest import NOW, verified, write

pytestmark = pytest.mark.usefixtures("committed")


def naive_root() -> bytes:
    """The root by definition, over the bodies in the order of the leaves."""
    bodies = dict(Event.objects.values_list("id", "body"))
    order = Leaf.objects.order_by("index").values_list("event_id", flat=True)
    return merkle.root([merkle.leaf_hash(bytes(bodies[event_id])) for event_id in order])


def test_every_event_gets_one_place(drain: Callable[[], None], published_in: Path) -> None:
    written = write(700)
    drain()
    assert not Pending.objects.exists()
    leaves = list(Leaf.objects.order_by("index").values_list("index", "event_id"))
    assert [index for index, _ in leaves] == list(range(700))
    assert {event_id for _, event_id in leaves} == set(written)
    head = Head.objects.get()
    assert (head.size, bytes(head.root)) == (700, naive_root())
    heads = list(SignedHead.objects.order_by("size"))
    assert [head.size for head in heads] == [300, 600, 700]
    for head in heads:
        opened = open_checkpoint(head.note, publishing.verifier_key())
        assert (opened.size, opened.root) == (head.size, bytes(head.root))
        assert opened.origin == publishing.origin()
    assert (published_in / "checkpoint").read_text() == heads[-1].note
    assert (published_in / "vkey").read_text().strip() == str(publishing.verifier_key())
    assert verified().problem is None


def test_nothing_waiting_writes_nothing(drain: Callable[[], None], published_in: Path) -> None:
    drain()
    assert not SignedHead.objects.exists()
    assert not published_in.exists()


def test_a_new_process_takes_up_where_the_last_one_stopped(
    sequencer: Sequencer, published_in: Path
) -> None:
    for count in (1, 255, 3, 400):
        write(count)
        while sequencer.step(at=NOW):
            pass
        sequencer.close()
        assert verified().problem is None
    assert bytes(Head.objects.get().root) == naive_root()


def test_an_event_of_a_rolled_back_transaction_leaves_no_gap(drain: Callable[[], None]) -> None:
    write(2)
    with transaction.atomic():
        actions.append(kind="use", at=NOW, facts={})
        transaction.set_rollback(True)
    write(2)
    drain()
    assert Head.objects.get().size == 4
    assert verified().problem is None


def test_an_open_transaction_elsewhere_does_not_hold_the_log_up(drain: Callable[[], None]) -> None:
    with transaction.atomic():
        late = actions.append(kind="use", at=NOW, facts={})

        def others() -> None:
            write(3)
            connection.close()

        thread = threading.Thread(target=others)
        thread.start()
        thread.join()
        drain()
        assert Head.objects.get().size == 3
    drain()
    assert Leaf.objects.get(index=3).event_id == late


@pytest.mark.parametrize("database", ["", "postgres"])
def test_a_write_transaction_left_open_elsewhere_does_not_stall_it(
    drain: Callable[[], None], database: str
) -> None:
    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"], password=owner["PASSWORD"],
        dbname=database or owner["NAME"],
    ) as other:  # fmt: skip
        other.execute("CREATE TEMPORARY TABLE left_open AS SELECT pg_current_xact_id()")
        opened = time.monotonic()
        while time.monotonic() - opened < 3:
            write(1)
            drain()
            assert not Pending.objects.exists()
            time.sleep(0.2)
        assert other.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        other.rollback()
    assert verified().problem is None


def test_two_sequencers_race_and_do_not_fork(published_in: Path) -> None:
    stop = threading.Event()
    collisions: list[Exception] = []

    def work() -> None:
        worker = Sequencer(signer=publishing.signer(), directory=published_in, largest_batch=7)
        # Because both must believe to lead, the lock that keeps one of them out is taken away.
        worker._leading = True
        try:
            while not stop.is_set():
                worker.step(at=NOW)
        except Exception as error:
            collisions.append(error)
        worker.close()

    racing = [threading.Thread(target=work) for _ in range(2)]
    for thread in racing:
        thread.start()
    for _ in range(20):
        write(25)
    deadline = time.monotonic() + 30
    while Pending.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    for thread in racing:
        thread.join()
    assert collisions == []
    assert Head.objects.get().size == 500
    result = verified()
    assert (result.problem, result.size) == (None, 500)


def test_only_one_leads(sequencer: Sequencer, published_in: Path) -> None:
    write(1)
    assert sequencer.step(at=NOW) == 1
    write(1)
    seen = []

    def second() -> None:
        other = Sequencer(signer=publishing.signer(), directory=published_in)
        seen.append(other.step(at=NOW))
        sequencer_gone.wait(10)
        seen.append(other.step(at=NOW))
        other.close()

    sequencer_gone = threading.Event()
    thread = threading.Thread(target=second)
    thread.start()
    deadline = time.monotonic() + 10
    while not seen and time.monotonic() < deadline:
        time.sleep(0.01)
    sequencer.close()
    sequencer_gone.set()
    thread.join()
    assert seen == [0, 1]


def test_a_rewound_database_is_not_signed(
    sequencer: Sequencer, drain: Callable[[], None], published_in: Path
) -> None:
    write(5)
    drain()
    sequencer.close()
    root = merkle.leaf_hash(b"lost")
    signer = publishing.signer()
    lost = signer.sign(Checkpoint(signer.verifier.name, 9, root).text())
    (published_in / "checkpoint").write_text(lost)
    write(1)
    with pytest.raises(LogRewound, match="size 9 was published"):
        sequencer.step(at=NOW)
    assert Head.objects.get().size == 5


def test_a_fork_of_the_same_size_is_not_signed(
    sequencer: Sequencer, drain: Callable[[], None], published_in: Path
) -> None:
    write(5)
    drain()
    sequencer.close()
    signer = publishing.signer()
    other = signer.sign(Checkpoint(signer.verifier.name, 5, merkle.leaf_hash(b"other")).text())
    (published_in / "checkpoint").write_text(other)
    write(1)
    with pytest.raises(LogRewound):
        sequencer.step(at=NOW)


def test_a_checkpoint_that_was_not_published_is_published_later(
    sequencer: Sequencer, drain: Callable[[], None], published_in: Path
) -> None:
    write(5)
    drain()
    note = (published_in / "checkpoint").read_text()
    sequencer.close()
    (published_in / "checkpoint").unlink()
    sequencer.step(at=NOW)
    assert (published_in / "checkpoint").read_text() == note


def test_damaged_tiles_are_not_signed(
    sequencer: Sequencer, drain: Callable[[], None], tamper: Callable[..., None]
) -> None:
    write(5)
    drain()
    sequencer.close()
    tamper("UPDATE audit_tile SET hashes = set_byte(hashes, 70, 255 - get_byte(hashes, 70))")
    write(1)
    with pytest.raises(LogDamaged):
        sequencer.step(at=NOW)


def test_an_event_removed_before_its_turn_holds_nobody_up(
    drain: Callable[[], None], tamper: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    gone = write(1)[0]
    tamper("DELETE FROM audit_event WHERE id = %s", gone)
    kept = write(2)
    drain()
    assert set(Leaf.objects.values_list("event_id", flat=True)) == set(kept)
    drain()
    assert "removed before" in caplog.text
    problem = verified().problem
    assert problem is not None
    assert problem.event_id == gone
