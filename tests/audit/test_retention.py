"""A month goes only when its time is over and two officers agreed; proofs outlive it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections
from pymerkle import InmemoryTree

from audit import actions, batches, merkle, months, pruning, publishing, queries
from audit.errors import PruneRefused
from audit.models import Event, Leaf, Mention, Prune
from audit.retention import parse
from tests.audit.conftest import NOW, verified

Drain = Callable[[], None]
OLD, OTHER = datetime(2015, 3, 9, tzinfo=UTC), datetime(2015, 4, 9, tzinfo=UTC)
MONTH = date(2015, 3, 1)
ANNA, BORIS = uuid4(), uuid4()
WHY = "Kept three years, as the policy says."


def append(at: datetime, count: int, kind: str = "decision.permit") -> list[UUID]:
    return [actions.append(kind=kind, at=at, facts={"number": n}) for n in range(count)]


@pytest.fixture
def old(committed: None, drain: Drain) -> list[UUID]:
    """300 events of a month long over, among others; two of them are consents."""
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions('2015-03-01', 2)")
    append(OTHER, 20)
    found = append(OLD, 298) + append(OLD, 2, "consent.given")
    append(NOW, 300)
    drain()
    return found


def agree(month: date = MONTH) -> Prune:
    """Both officers agree."""
    prune = pruning.propose(month=month, reason=WHY, by=ANNA, at=NOW)
    return pruning.approve(prune_id=prune.id, by=BORIS, at=NOW)


def holds(event_id: UUID) -> bool:
    return queries.proof(event_id).holds()


def test_a_month_goes_and_everything_still_verifies(old: list[UUID], drain: Drain) -> None:
    kept = {event_id: queries.proof(event_id) for event_id in old[::30]}
    head = queries.latest_checkpoint()
    assert head is not None
    assert pruning.prune(approved=agree(), at=NOW) == 300
    assert not Event.objects.filter(id__in=old).exists()
    assert verified().problem is None
    drain()
    result = verified()
    assert result.problem is None
    assert [(month, count) for month, count, _ in result.pruned] == [("2015-03", 300)]
    for event_id, before in kept.items():
        assert before.holds()
        after = queries.proof(event_id)
        assert (after.pruned, after.leaf_hash, after.holds()) == (True, before.leaf_hash, True)
        assert "body" not in after.json()
    latest = queries.latest_checkpoint()
    assert latest is not None
    path = queries.consistency(head.size, latest.size)
    roots = bytes(head.root), bytes(latest.root)
    assert merkle.verify_consistency(head.size, latest.size, *roots, path)


def test_another_implementation_agrees_before_and_after(old: list[UUID]) -> None:
    judge = InmemoryTree(algorithm="sha256")
    bodies = dict(Event.objects.values_list("id", "body"))
    leaves = Leaf.objects.order_by("index").values_list("event_id", flat=True)
    index = {event_id: judge.append_entry(bytes(bodies[event_id])) for event_id in leaves}
    pruning.prune(approved=agree(), at=NOW)
    for event_id in old[::37]:
        proof = queries.proof(event_id)
        assert proof.root == judge.get_root(proof.size)
        path = judge.prove_inclusion(index[event_id], proof.size).serialize()["path"]
        assert [bytes.fromhex(step) for step in path] == [proof.leaf_hash, *proof.hashes]


def test_the_prune_is_an_event_that_names_what_went(old: list[UUID], drain: Drain) -> None:
    pruning.prune(approved=agree(), at=NOW)
    drain()
    (event,) = queries.events(filters=queries.Filters(kind="log.pruned"))
    assert event.facts["events"] == 300
    assert event.facts["month"] == "2015-03"
    assert event.facts["reason"] == WHY
    assert (event.facts["proposed_by"], event.facts["approved_by"]) == (str(ANNA), str(BORIS))
    said = {found.kind for found in queries.events(filters=queries.Filters(kind="log"))}
    assert said == {"log.prune_proposed", "log.prune_approved", "log.pruned"}
    assert months.minimum_index() == event.facts["last"] + 1
    assert holds(event.id)


def test_a_body_that_went_without_approval_is_still_named(
    old: list[UUID], drain: Drain, tamper: Callable[..., None]
) -> None:
    pruning.prune(approved=agree(), at=NOW)
    drain()
    victim = queries.events(filters=queries.Filters(kind="decision"))[5]
    tamper("DELETE FROM audit_event WHERE id = %s", victim.id)
    problem = verified().problem
    assert problem is not None
    assert (problem.what, problem.index) == ("This event was removed.", victim.index)
    # Not even by moving it into the month that went.
    tamper("UPDATE audit_leaf SET at = %s WHERE event_id = %s", OLD, victim.id)
    problem = verified().problem
    assert problem is not None
    assert "Other events of 2015-03" in problem.what


def test_a_month_dropped_behind_the_back_is_named(
    old: list[UUID], tamper: Callable[..., None]
) -> None:
    tamper("ALTER TABLE audit_event DETACH PARTITION audit_event_2015_03")
    problem = verified().problem
    assert problem is not None
    assert problem.what == "This event was removed."


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_prune SET approved_by = proposed_by",
        "UPDATE audit_prune SET body = replace(convert_from(body, 'UTF8'), '300', '301')::bytea",
        "UPDATE audit_prune SET month = '2015-02-01'",
    ],
)
def test_a_false_record_of_a_prune_is_named(
    old: list[UUID], drain: Drain, tamper: Callable[..., None], change: str
) -> None:
    pruning.prune(approved=agree(), at=NOW)
    drain()
    tamper("ALTER TABLE audit_prune DISABLE TRIGGER USER")
    tamper("ALTER TABLE audit_prune DROP CONSTRAINT audit_prune_needs_two_people")
    tamper(change)
    assert verified().problem is not None


def test_the_event_of_a_prune_may_itself_go(old: list[UUID], drain: Drain) -> None:
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions('2016-01-01', 1)")
    pruning.prune(approved=agree(), at=datetime(2016, 1, 5, tzinfo=UTC))
    drain()
    january = date(2016, 1, 1)
    assert pruning.prune(approved=agree(january), at=NOW) == 1
    drain()
    assert verified().problem is None
    assert [row[0] for row in verified().pruned] == ["2015-03", "2016-01"]


def test_one_officer_is_not_enough(old: list[UUID]) -> None:
    proposed = pruning.propose(month=MONTH, reason=WHY, by=ANNA, at=NOW)
    with pytest.raises(PruneRefused) as refused:
        pruning.approve(prune_id=proposed.id, by=ANNA, at=NOW)
    assert refused.value.code == "SECOND_PERSON_NEEDED"
    with pytest.raises(DatabaseError, match="two officers"):
        pruning.prune(approved=proposed, at=NOW)
    with pytest.raises(DatabaseError, match="audit_prune_needs_two_people"):
        Prune.objects.filter(id=proposed.id).update(approved_by=ANNA, approved_at=NOW)
    assert Event.objects.filter(id__in=old).count() == 300


def test_what_was_rejected_is_not_pruned(old: list[UUID]) -> None:
    approved = agree()
    pruning.reject(prune_id=approved.id, by=ANNA, at=NOW)
    with pytest.raises(DatabaseError, match="two officers"):
        pruning.prune(approved=approved, at=NOW)
    again = agree()
    assert again.id != approved.id


def test_a_month_that_has_events_without_a_place_stays(old: list[UUID], drain: Drain) -> None:
    approved = agree()
    append(OLD, 1)
    with pytest.raises(DatabaseError, match="not_sequenced"):
        pruning.prune(approved=approved, at=NOW)
    drain()
    assert pruning.prune(approved=approved, at=NOW) == 301
    with pytest.raises(PruneRefused):
        pruning.propose(month=MONTH, reason=WHY, by=ANNA, at=NOW)


def test_a_month_whose_time_is_not_over_stays(old: list[UUID], drain: Drain) -> None:
    approved = agree()
    rule = {"kind": "consent", "jurisdiction": "XX", "months": 1200, "source": "a test"}
    everything = rule | {"kind": "*", "months": 12}
    pruning.set_policy(rules=parse(json.dumps({"rules": [rule, everything]})), at=NOW)
    with pytest.raises(DatabaseError, match="retention consent XX"):
        pruning.prune(approved=approved, at=NOW)
    reasons = {reason.why for reason in months.months()[0].stays}
    assert reasons == {"retention"}
    this_month = next(found for found in months.months() if found.month.year > 2020)
    assert "not_over" in {reason.why for reason in this_month.stays}


def test_a_keeper_that_is_missing_keeps(old: list[UUID]) -> None:
    approved = agree()
    rules = [{"kind": "*", "jurisdiction": "*", "months": 1, "keeper": "nobody", "source": "x"}]
    pruning.set_policy(rules=parse(json.dumps({"rules": rules})), at=NOW)
    with pytest.raises(DatabaseError, match="nobody"):
        pruning.prune(approved=approved, at=NOW)


def test_a_changed_body_is_not_pruned_away(old: list[UUID], tamper: Callable[..., None]) -> None:
    approved = agree()
    tamper("UPDATE audit_event SET body = '{}' WHERE id = %s", old[7])
    with pytest.raises(DatabaseError, match="1 events are not what was signed"):
        pruning.prune(approved=approved, at=NOW)


def test_who_was_named_in_an_event_about_many_goes_along(old: list[UUID], drain: Drain) -> None:
    for at in (OLD, NOW):
        group = batches.Group("decision.permit", {}, [bytes([at.month] * 16)])
        made = actions.prepare_batch(kind="decision.batch", at=at, facts={}, groups=[group])
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_append_batch(%s, %s, %s, %s, %s, %s, %s)", made)
    drain()
    pruning.prune(approved=agree(), at=NOW)
    assert [bytes(tag) for tag in Mention.objects.values_list("tag", flat=True)] == [
        bytes([NOW.month] * 16)
    ]
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_mention")


PAUSED = """
import sys, time, psycopg
with psycopg.connect(sys.argv[1]) as connection:
    connection.execute("SELECT audit_prune_month(%s, %s, %s, %s)",
                       (sys.argv[2], sys.argv[3], sys.argv[4], bytes.fromhex(sys.argv[5])))
    print("done, not committed", flush=True)
    time.sleep(60)
"""


def test_a_prune_killed_before_its_end_did_nothing(old: list[UUID], drain: Drain) -> None:
    approved = agree()
    with connections["pruner"].cursor() as cursor:
        cursor.execute("SELECT *, encode(leaves, 'hex') FROM audit_month_leaves(%s)", [MONTH])
        events, first, last, size, _, _, leaves = cursor.fetchone()
    entry = actions.prepare(
        kind="log.pruned", at=NOW,
        facts={"month": "2015-03", "events": events, "first": first, "last": last, "size": size,
               "leaves": leaves, "reason": WHY, "proposed_by": str(ANNA),
               "approved_by": str(BORIS)},
    )  # fmt: skip
    address = os.environ["DATABASE_PRUNER_URL"]
    arguments = [address, str(approved.id), str(entry.id), NOW.isoformat(), entry.body.hex()]
    with subprocess.Popen(
        [sys.executable, "-c", PAUSED, *arguments], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert "not committed" in child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    assert Event.objects.filter(id__in=old).count() == 300
    assert Prune.objects.get(id=approved.id).pruned_at is None
    drain()
    assert verified().problem is None
    assert not queries.events(filters=queries.Filters(kind="log.pruned"))
    assert pruning.prune(approved=approved, at=NOW) == 300


@pytest.mark.parametrize(
    "body", [b'{"kind":"log.pruned"}', b'{"facts":{"events":1},"id":"x","kind":"use"}']
)
def test_the_event_must_say_what_is_pruned(old: list[UUID], body: bytes) -> None:
    approved = agree()
    refused = pytest.raises(DatabaseError, match="must say what is pruned")
    with refused, connections["pruner"].cursor() as cursor:
        cursor.execute(
            "SELECT audit_prune_month(%s, %s, %s, %s)", [approved.id, uuid4(), NOW, body]
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_prune SET reason = 'x'",
        "UPDATE audit_prune SET pruned_at = now()",
        "DELETE FROM audit_prune",
        "TRUNCATE audit_prune",
        "DELETE FROM audit_retention",
        "UPDATE audit_retention SET months = 1",
        "SELECT audit_prune_month(gen_random_uuid(), gen_random_uuid(), now(), '')",
    ],
)
@pytest.mark.django_db
def test_the_application_only_proposes_and_approves(statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_two_decided_is_not_decided_anew(old: list[UUID]) -> None:
    approved = agree()
    with pytest.raises(DatabaseError, match="What was decided"):
        Prune.objects.filter(id=approved.id).update(approved_by=uuid4())


def run(*words: str) -> str:
    out = StringIO()
    call_command("log_retention", *words, stdout=out)
    return out.getvalue()


def test_the_command_looks_first_and_prunes_what_is_approved(
    old: list[UUID], published_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "VAR_DIR", published_in.parent)
    said = run()
    assert "rule consent FR: 60 months after its end (Code civil art. 2224: five years)" in said
    assert "2015-03: may be proposed. Holds consent.given 2, decision.permit 298." in said
    assert "stays" in said
    agree()
    assert "2015-03: approved." in run()
    assert Event.objects.filter(id__in=old).count() == 300
    assert "2015-03: 300 bodies are gone" in run("--prune")
    assert (published_in / publishing.MINIMUM_FILE_NAME).read_text() == "320\n"
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert "300 bodies of 2015-03 are gone, pruned by event" in out.getvalue()


RULE = {"kind": "*", "jurisdiction": "*", "months": 1, "source": "x"}


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ("{", "no JSON"),
        ("[]", "rules"),
        ({"rules": []}, "rules"),
        ({"rules": [RULE, RULE]}, "Two rules"),
        ({"rules": [RULE | {"months": 0}]}, "/rules/0/months"),
        ({"rules": [RULE | {"months": True}]}, "/rules/0/months"),
        ({"rules": [RULE | {"kind": "A"}]}, "/rules/0/kind"),
        ({"rules": [RULE | {"jurisdiction": "x"}]}, "/rules/0/jurisdiction"),
        ({"rules": [RULE | {"keeper": "a;b"}]}, "/rules/0/keeper"),
        ({"rules": [RULE | {"source": " "}]}, "/rules/0/source"),
        ({"rules": [RULE | {"kind": "use"}]}, "nothing is left"),
    ],
)
def test_a_policy_that_is_not_right_changes_nothing(
    tmp_path: Path, document: object, what: str
) -> None:
    path = tmp_path / "policy.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    with pytest.raises(CommandError, match=what):
        call_command("log_retention", policy=path)


def test_a_pruned_month_does_not_come_back(old: list[UUID]) -> None:
    pruning.prune(approved=agree(), at=NOW)
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions('2015-03-01', 1)")
        assert cursor.fetchone() == (0,)


def test_the_pruner_waits_for_nobody_long(old: list[UUID]) -> None:
    approved = agree()
    with psycopg.connect(os.environ["DATABASE_URL"]) as reader:
        reader.execute("SELECT count(*) FROM audit_event")
        with pytest.raises(DatabaseError, match="lock timeout"):
            pruning.prune(approved=approved, at=NOW)
    assert Event.objects.filter(id__in=old).count() == 300
